create or replace function pgmb.set_mutation_trigger(tbl regclass, per text, op text, wanted boolean) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  trigger_name text := pgmb.mutation_trigger(per, op);
begin
  -- Nothing to change takes no lock.
  if wanted = exists (select from pg_trigger t where t.tgrelid = tbl and t.tgname = trigger_name) then
    return;
  end if;
  -- Somebody else may do the same at this moment.
  if not wanted then
    execute format('drop trigger if exists %I on %s', trigger_name, tbl);
  elsif per = 'row' then
    execute format(
      'create or replace trigger %I after %s on %s for each row execute function pgmb.publish_mutation()', trigger_name, op, tbl
    );
  else
    execute format(
      'create or replace trigger %I after %s on %s referencing %s for each statement execute function pgmb.publish_mutations()',
      trigger_name, op, tbl,
      concat_ws(
        ' ',
        case when op <> 'insert' then 'old table as old_rows' end,
        case when op <> 'delete' then 'new table as new_rows' end
      )
    );
  end if;
end
$$;

comment on function pgmb.set_mutation_trigger(regclass, text, text, boolean) is
  'Creates or drops the trigger that publishes insert, update or delete of a table, per row or per statement.';
