create or replace function pgmb.lowest_retried_id(topic text, payload jsonb) returns pgmb.event_id
language sql immutable parallel safe
set search_path = pgmb, pg_temp
begin atomic
  -- Of whatever is no array of ids, nothing is named: a payload must not be able to stop a tick.
  select min(i.id::pgmb.event_id)
  from jsonb_array_elements(case when jsonb_typeof(payload -> 'ids') = 'array' then payload -> 'ids' else '[]' end) j (id)
  cross join lateral (select j.id #>> '{}' as id) i
  where topic = 'pgmb-retry' and jsonb_typeof(j.id) = 'string' and pgmb.is_event_id(i.id);
end;

comment on function pgmb.lowest_retried_id(text, jsonb) is
  'The lowest id of the events that a pgmb-retry is to deliver again; null for any other event, and for one whose payload '
  'names none.';
