create or replace function pgmb.read_events(event_ids pgmb.event_id[]) returns setof pgmb.events
language sql stable
set search_path = pgmb, pg_temp
-- Each id is one probe, which prunes partitions; an array as a parameter would not.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
begin atomic
  select e.*
  from (select distinct u.id from unnest(event_ids) u (id)) u
  join pgmb.events e on e.id = u.id
  order by e.id;
end;

comment on function pgmb.read_events(pgmb.event_id[]) is
  'The events with these ids, ordered by id, each once; those that are not in the log (any more) are left out. Looks only '
  'into the partitions of the ids.';
