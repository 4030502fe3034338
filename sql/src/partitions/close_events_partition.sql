create or replace function pgmb.close_events_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  length numeric := extract(epoch from pgmb.get_config_value('partition_interval')::interval);
  ahead int := pgmb.get_config_value('future_intervals_to_create')::int;
  -- Boundaries are multiples of the interval since the epoch, in UTC whatever the session's time zone.
  next_boundary numeric := (floor(extract(epoch from current_ts) / length) + 1) * length;
  lower_bound text;
  bound pgmb.event_id;
begin
  select p.lower_bound into strict lower_bound from pgmb.partitions('pgmb.events') p where p.upper_bound is null;
  bound := pgmb.create_event_id(to_timestamp(next_boundary), 0);
  if lower_bound is not null and lower_bound collate "C" >= bound then
    bound := pgmb.create_event_id(
      pgmb.extract_date_from_event_id(lower_bound) + length::double precision * interval '1 second', 0);
  end if;
  if bound > pgmb.create_event_id(to_timestamp(next_boundary + ahead * length), 0) then
    return false;
  end if;
  perform pgmb.replace_catch_all('pgmb.events', 'id', bound);
  return true;
exception when lock_not_available then
  return false;
end
$$;

comment on function pgmb.close_events_partition(timestamptz) is
  'Ends the catch-all partition of the log at the next boundary, unless enough partitions lie ahead; false if there is '
  'nothing to do or somebody is in the way.';
