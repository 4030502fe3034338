create or replace function pgmb.stop_table_mutations_push(tbl regclass) returns void
language sql volatile
begin atomic
  select pgmb.push_table_mutations(tbl, false, false, false);
end;

comment on function pgmb.stop_table_mutations_push(regclass) is
  'From now on, nothing of what statements do to a table is published. Needs its ownership.';
