create or replace function pgmb.clean_up(current_ts timestamptz) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  retention interval := pgmb.get_config_value('partition_retention_period')::interval;
begin
  -- All but the last one of each group; it is the position.
  delete from pgmb.progress p
    where exists (
      select from pgmb.progress later
      where later.group_no = p.group_no and (later.generation, later.from_pos) > (p.generation, p.from_pos)
    );
  -- Those of the open partition of deliveries tell how old it is; the last one is the dispatcher's state.
  delete from pgmb.ticks t
    where t.ticked_at < current_ts - retention
      and t.id < (
        select p.lower_bound::bigint - 1 from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null
      );
  delete from pgmb.quarantines q where not exists (select from pgmb.subscriptions s where s.no = q.subscription_no);
  -- A node that was away for long registers again.
  delete from pgmb.nodes n where n.renewed_at < current_ts - greatest(interval '1 hour', n.lease * 10);
end
$$;

comment on function pgmb.clean_up(timestamptz) is
  'Deletes what no longer counts: superseded progress, ticks beyond retention, what concerns subscriptions and nodes that have vanished.';
