create or replace function pgmb.is_event_id(id text) returns boolean
language sql immutable parallel safe
begin atomic
  select id ~ '^pm[0-9a-f]{22}$';
end;

comment on function pgmb.is_event_id(text) is
  'Whether a text has the form of an event id, and so tells a time. The domain takes any text, and so does the log.';
