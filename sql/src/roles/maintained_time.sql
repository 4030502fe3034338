create or replace function pgmb.maintained_time(current_ts timestamptz) returns timestamptz
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  select case when pg_has_role(session_user, current_user, 'usage') then current_ts else least(current_ts, clock_timestamp()) end;
end;

comment on function pgmb.maintained_time(timestamptz) is
  'For definers: the time that maintenance is to assume, which only who may act as the owner may set ahead. For others it would '
  'be a way to have thrown away what everybody needs.';
