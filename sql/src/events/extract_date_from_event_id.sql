create or replace function pgmb.extract_date_from_event_id(id pgmb.event_id) returns timestamptz
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  -- The interval keeps microseconds exact, which to_timestamp(double precision) does not.
  select '1970-01-01 00:00:00+00'::timestamptz
    + ('x' || lpad(substr(id, 3, 13), 16, '0'))::bit(64)::bigint * '1 microsecond'::interval;
end;

comment on function pgmb.extract_date_from_event_id(pgmb.event_id) is
  'The moment that an event id was made from.';
