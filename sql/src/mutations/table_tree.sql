create or replace function pgmb.table_tree(tbl regclass) returns table (relid oid)
language sql stable
begin atomic
  with recursive downwards as (
    select tbl::oid as relid
    union
    select i.inhrelid from downwards d join pg_inherits i on i.inhparent = d.relid
  )
  select d.relid from downwards d;
end;

comment on function pgmb.table_tree(regclass) is
  'A table with all partitions and inheritance children below it.';
