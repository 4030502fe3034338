create or replace function pgmb.close_deliveries_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  catch_all record;
  first_tick pgmb.ticks;
  last_tick bigint;
  lowest pgmb.event_id;
begin
  select p.* into strict catch_all from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null;
  select t.* into first_tick from pgmb.ticks t
    where t.id > 0 and t.id >= coalesce(catch_all.lower_bound::bigint, 0) order by t.id limit 1;
  if not found or first_tick.ticked_at > current_ts - pgmb.get_config_value('partition_interval')::interval then
    return false;
  end if;
  -- No tick runs meanwhile: what is recorded here holds for all rows of the partition.
  perform from pgmb.dispatcher for update skip locked;
  if not found then
    return false;
  end if;
  select max(t.id) into last_tick from pgmb.ticks t;
  execute format('select min(u.id) from %s d cross join lateral unnest(d.event_ids) u (id)', catch_all.partition) into lowest;
  insert into pgmb.closed_deliveries (partition, closed_at, min_event_id)
    values (catch_all.partition::text, current_ts, lowest);
  execute format(
    'insert into pgmb.group_heads as h (group_no, head) '
    'select d.group_no, max(d.last_position) from %s d join pgmb.subscription_groups g on g.no = d.group_no group by d.group_no '
    'on conflict (group_no) do update set head = greatest(h.head, excluded.head)', catch_all.partition);
  perform pgmb.replace_catch_all('pgmb.subscription_events', 'tick', (last_tick + 1)::text);
  return true;
exception when lock_not_available then
  return false;
end
$$;

comment on function pgmb.close_deliveries_partition(timestamptz) is
  'Ends the catch-all partition of the deliveries after the last tick, when it covers a whole interval, and records what '
  'must outlive it: the head of each group, and the lowest event that it refers to.';
