create or replace function pgmb.parse_condition(conditions_sql text, out parsed text, out joint boolean)
language plpgsql volatile
set search_path = pgmb, pg_temp
set standard_conforming_strings = on
set check_function_bodies = on
as $parse$
declare
  form text;
  name text;
  -- of this backend, so that checks in two sessions do not meet
  checked text := format('pgmb.checked_condition_%s()', pg_backend_pid());
begin
  -- The quoted body of a function is parsed as a whole before the analysis ends at a table that nobody can make. No text is
  -- balanced in both forms unless it is one expression.
  foreach form in array array['(%s' || e'\n)', '(array[%s' || e'\n])[1]'] loop
    begin
      execute format('create function %s returns void language sql as %L', checked,
        'select from pg_catalog.pgmb_ends_here; select ' || replace(form, '%s', conditions_sql));
    exception when undefined_table then
      null;
    end;
  end loop;
  -- The analysis makes values of literals, with the rights of the owner of this schema.
  select t.name into name from pgmb.names_that_run_code() t
    where strpos(lower(replace(conditions_sql, '""', '"')), lower(t.name)) > 0 or conditions_sql ~* 'u&"' limit 1;
  if found then
    raise exception '% runs functions to check literals', name;
  end if;
  execute format('create function %s returns boolean language sql stable begin atomic select true from '
    '(select null::pgmb.event_id as id, null::varchar as topic, null::jsonb as payload, null::jsonb as metadata) e, '
    '(select null::pgmb.subscription_id as id, null::text as group_id, null::jsonb as params) s where (%s' || e'\n); end',
    checked, conditions_sql);
  select p.prosqlbody::text, pgmb.is_self_contained(p.oid::regprocedure) into parsed, joint
    from pg_proc p where p.oid = checked::regprocedure;
  execute 'drop function ' || checked;
end
$parse$;

comment on function pgmb.parse_condition(text) is
  'The parse tree of a condition, and whether it calls nothing of anybody else; an error unless the text is one boolean SQL '
  'expression over e and s. Executes nothing of it.';
