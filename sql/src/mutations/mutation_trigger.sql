create or replace function pgmb.mutation_trigger(per text, op text) returns name
language sql immutable
begin atomic
  -- Triggers fire in the order of their names: what others do to the table is to come after its cause.
  select ('00_pgmb_' || per || '_' || op)::name;
end;

comment on function pgmb.mutation_trigger(text, text) is
  'The name of the trigger that publishes insert, update or delete of a table, per row or per statement.';
