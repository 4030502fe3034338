create or replace function pgmb.create_random_bigint() returns bigint
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- No random number: of many ids of one moment, as a client makes them for later, two would be the same some day.
  select nextval('pgmb.id_suffix') & 68719476735;
end;

comment on function pgmb.create_random_bigint() is
  'A suffix for create_event_id that has not been used before: ids of one moment differ, and sort as they were made.';
