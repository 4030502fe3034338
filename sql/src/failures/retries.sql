-- What handlers have failed on and are to be given again. Rows are never changed: whoever settles one deletes it, and what of it
-- fails once more is a new one.
create table if not exists pgmb.retries (
  no bigint generated always as identity primary key,
  group_no bigint not null references pgmb.subscription_groups (no) on delete cascade,
  -- exactly those of the attempt that failed, in the order of the group
  event_ids pgmb.event_id[] not null,
  -- how many have failed; 0: none since they were split off or redriven
  attempts int not null,
  due_at timestamptz not null,
  -- the group is not to go on before it
  blocks boolean not null,
  -- of the last attempt; null if there was none
  message text,
  causes jsonb,
  first_failed_at timestamptz,
  failed_at timestamptz,
  -- none of those of event_ids that the log has to keep lies below; null if dead letters have a copy of each
  min_event_id pgmb.event_id,
  check (cardinality(event_ids) > 0)
);
comment on table pgmb.retries is
  'Events that wait for their next attempt. The engine that owns the group takes them when they are due: do not change rows by hand.';

do $$
begin
  -- "if not exists" would wait for open transactions before it finds the indexes.
  if to_regclass('pgmb.retries_due_idx') is null then
    create index retries_due_idx on pgmb.retries (group_no, due_at, no);
    create index retries_blocks_idx on pgmb.retries (group_no) where blocks;
    create index retries_min_event_id_idx on pgmb.retries (min_event_id);
  end if;
end
$$;
