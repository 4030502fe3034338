create or replace function pgmb.needs_events_below(bound pgmb.event_id) returns boolean
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  needed boolean;
begin
  if exists (select from pgmb.closed_deliveries c where c.min_event_id < bound)
    or exists (select from pgmb.scheduled_events s where s.min_event_id < bound)
  then
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
  'Whether a delivery that has not been dropped, or a retry that is due later, refers to an event below this id.';
