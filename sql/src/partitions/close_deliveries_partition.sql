create or replace function pgmb.close_deliveries_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
-- A tick under load may take that long.
set lock_timeout = '1s'
as $$
declare
  catch_all record;
  first_tick pgmb.ticks;
  seen_tick bigint;
  last_tick bigint;
  lowest pgmb.event_id;
  lowest_since pgmb.event_id;
begin
  select p.* into strict catch_all from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null;
  select t.* into first_tick from pgmb.ticks t
    where t.id > 0 and t.id >= coalesce(catch_all.lower_bound::bigint, 0) order by t.id limit 1;
  if not found or first_tick.ticked_at > current_ts - pgmb.get_config_value('partition_interval')::interval then
    return false;
  end if;
  -- Takes long, and so is done before ticks have to wait.
  select max(t.id) into seen_tick from pgmb.ticks t;
  execute format(
    'select min(u.id) from %s d cross join lateral unnest(d.event_ids) u (id) where d.tick <= $1', catch_all.partition
  ) into lowest using seen_tick;
  if exists (select from pg_locks l where l.pid = pg_backend_pid() and l.mode = 'AccessExclusiveLock') then
    -- A tick that runs may wait for what this transaction has locked before. Waiting for it would be a deadlock.
    perform from pgmb.dispatcher for update nowait;
  end if;
  -- From here on no tick runs: what is recorded holds for all rows of the partition.
  perform from pgmb.dispatcher for update;
  select max(t.id) into last_tick from pgmb.ticks t;
  execute format(
    'select min(u.id) from %s d cross join lateral unnest(d.event_ids) u (id) where d.tick > $1', catch_all.partition
  ) into lowest_since using seen_tick;
  with retries as (delete from pgmb.dispatched_retries r returning r.min_event_id)
  insert into pgmb.closed_deliveries (partition, closed_at, min_event_id)
    select catch_all.partition::text, current_ts, least(lowest, lowest_since, min(r.min_event_id)) from retries r;
  insert into pgmb.group_heads as h (group_no, head)
    select g.no, pgmb.group_head(g.no) from pgmb.subscription_groups g where pgmb.group_head(g.no) > 0
    on conflict (group_no) do update set head = greatest(h.head, excluded.head);
  perform pgmb.split_partition('pgmb.subscription_events', catch_all.partition, (last_tick + 1)::text, null);
  return true;
-- An old snapshot does not show all of what was dispatched, and so not what lies beyond the bound.
exception when lock_not_available or check_violation then
  return false;
end
$$;

comment on function pgmb.close_deliveries_partition(timestamptz) is
  'Ends the catch-all partition of the deliveries after the last tick, when it covers a whole interval, and records what '
  'must outlive it: the head of each group, and the lowest event that it refers to.';
