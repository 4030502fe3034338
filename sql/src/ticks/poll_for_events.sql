create or replace function pgmb.poll_for_events() returns int
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  select t.matches::int from pgmb.tick() t;
end;

comment on function pgmb.poll_for_events() is
  'One tick; returns the number of (event, subscription) matches assigned, 0 at once if another session is ticking.';
