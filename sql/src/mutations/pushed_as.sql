create or replace function pgmb.pushed_as(tabl oid, trigger_name name) returns oid
language sql stable
begin atomic
  with recursive upwards as (
    select tabl as relid, 0 as height
    union all
    select i.inhparent, u.height + 1 from upwards u join pg_inherits i on i.inhrelid = u.relid
  )
  select u.relid
  from upwards u
  where exists (select from pg_trigger t where t.tgrelid = u.relid and t.tgname = trigger_name)
  order by u.height desc, u.relid
  limit 1;
end;

comment on function pgmb.pushed_as(oid, name) is
  'Under which table''s name the rows of a table are published: that of the topmost one above it with the trigger, since a row '
  'of a partition is a row of the partitioned table. Null if there is none.';
