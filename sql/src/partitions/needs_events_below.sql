create or replace function pgmb.needs_events_below(bound pgmb.event_id) returns boolean
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  everything constant pg_snapshot := '9223372036854775807:9223372036854775807:';
  last pgmb.ticks;
  needed boolean;
begin
  -- One snapshot for all of these: a retry is always in one of them, from the log through the schedule to its delivery, as is
  -- what a handler fails on, from its delivery to its next attempt.
  if exists (select from pgmb.closed_deliveries c where c.min_event_id < bound)
    or exists (select from pgmb.scheduled_events s where s.min_event_id < bound)
    or exists (select from pgmb.dispatched_retries r where r.min_event_id < bound)
    or exists (select from pgmb.retries r where r.min_event_id < bound)
  then
    return true;
  end if;
  -- The last window is complete, as the caller knows.
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  if pgmb.lowest_needed_id(
    last.snapshot, everything, (select e.after_seq from pgmb.eras e where e.era = last.era), 9223372036854775807
  ) < bound then
    return true;
  end if;
  execute format(
    'select exists (select from %s d cross join lateral unnest(d.event_ids) u (id) where u.id < $1)',
    (select p.partition from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null)
  ) into needed using bound;
  return needed;
end
$$;

comment on function pgmb.needs_events_below(pgmb.event_id) is
  'Whether a delivery that has not been dropped, or a retry that is not dispatched yet, or whose own delivery has not been '
  'dropped, or what is to be handled again, refers to an event below this id.';
