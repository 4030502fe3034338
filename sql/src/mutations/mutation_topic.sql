create or replace function pgmb.mutation_topic(tabl oid, op text) returns text
language sql stable
begin atomic
  select lower(n.nspname || '.' || c.relname || '.' || op)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.oid = tabl;
end;

comment on function pgmb.mutation_topic(oid, text) is
  'The topic of a table''s events: <schema>.<table>.<op> in lower case. Names are short enough for any topic.';
