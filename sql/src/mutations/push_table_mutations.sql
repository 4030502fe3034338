create or replace function pgmb.push_table_mutations(
  tbl regclass, insert boolean default true, delete boolean default true, update boolean default true
) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  is_child boolean := exists (select from pg_inherits i where i.inhrelid = tbl);
  pushed record;
  member regclass;
begin
  if insert or delete or update then
    perform pgmb.check_pushable(tbl);
  end if;
  for pushed in
    select f.op, coalesce(f.wanted, false) as wanted
    from (values ('insert', push_table_mutations.insert), ('delete', push_table_mutations.delete),
      ('update', push_table_mutations.update)) f (op, wanted)
  loop
    perform pgmb.set_mutation_trigger(tbl, 'row', pushed.op, pushed.wanted and is_child);
    if pgmb.pushed_as(tbl, pgmb.mutation_trigger('statement', pushed.op)) is distinct from tbl and is_child then
      -- What its statements fire belongs to a table above it.
      continue;
    end if;
    for member in select t.relid from pgmb.table_tree(tbl) t loop
      perform pgmb.set_mutation_trigger(member, 'statement', pushed.op, pushed.wanted and not is_child);
    end loop;
  end loop;
end
$$;

comment on function pgmb.push_table_mutations(regclass, boolean, boolean, boolean) is
  'From now on, what statements do to a table''s rows is published in their transaction as <schema>.<table>.insert, update and '
  'delete; an operation whose flag is false is not. Call it again to change that, and after a partition or child was added. '
  'Needs the right to create triggers on the table, and to drop one its ownership. PM020 if it is no table.';
