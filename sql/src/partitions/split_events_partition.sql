create or replace function pgmb.split_events_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  length numeric := extract(epoch from pgmb.get_config_value('partition_interval')::interval);
  ahead int := pgmb.get_config_value('future_intervals_to_create')::int;
  -- Boundaries are multiples of the interval since the epoch, in UTC whatever the session's time zone.
  start numeric := floor(extract(epoch from current_ts) / length) * length;
  split record;
begin
  with present as (
    select
      p.partition, p.lower_bound, p.upper_bound,
      extract(epoch from pgmb.extract_date_from_event_id(p.lower_bound)) - start as starts_in,
      extract(epoch from pgmb.extract_date_from_event_id(p.upper_bound)) - start as ends_in
    from pgmb.partitions('pgmb.events') p
  ), wanted as (
    select n * length as ends_in from generate_series(1, ahead + 1) n
    union all
    -- Beyond them, the longer the further away, so that few are enough for months: when nobody has made any for long, events
    -- find a bounded one. They are made at twice the distance, and again only at four times, since each day shifts them.
    select ceil(2 * p.starts_in / length) * length
    from present p
    where p.starts_in between length and 128 * length and (p.ends_in is null or p.ends_in > 4 * p.starts_in)
  ), wanted_bounds as (
    select pgmb.create_event_id(to_timestamp((start + w.ends_in)::double precision), 0) as bound from wanted w
  )
  select p.partition, w.bound into split
    from wanted_bounds w
    join present p
      on coalesce(p.lower_bound collate "C" < w.bound, true) and coalesce(p.upper_bound collate "C" > w.bound, true)
    -- What stays in it is scanned while everybody waits. One that has filled up serves until it ends; only the catch-all
    -- would never end.
    where p.upper_bound is null or pg_relation_size(p.partition) <= 16777216
    order by w.bound limit 1;
  if not found then
    return false;
  end if;
  perform pgmb.split_partition('pgmb.events', split.partition, split.bound, 'id');
  return true;
-- An old snapshot does not show all of what was published, and so not what lies beyond the bound.
exception when lock_not_available or check_violation then
  return false;
end
$$;

comment on function pgmb.split_events_partition(timestamptz) is
  'Makes one partition of the log ahead of time; false if there are enough or somebody is in the way.';
