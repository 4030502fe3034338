create or replace function pgmb.schedule_front() returns timestamptz
language sql stable
begin atomic
  select coalesce((select f.due_at from pgmb.schedule_fronts f order by f.no desc limit 1), '-infinity');
end;

comment on function pgmb.schedule_front() is
  'A moment before which no scheduled event is due.';
