-- How far back the log is complete: retention takes whole partitions.
create table if not exists pgmb.replay_window (
  only_row boolean primary key default true check (only_row),
  -- what later ticks have dispatched is in the log
  after_tick bigint not null
);
insert into pgmb.replay_window (after_tick)
select coalesce(max(t.id) filter (
  where t.ticked_at < now() - pgmb.get_config_value('partition_retention_period')::interval
), 0)
from pgmb.ticks t
on conflict do nothing;
