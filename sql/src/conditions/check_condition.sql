create or replace function pgmb.check_condition(conditions_sql text) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
set standard_conforming_strings = on
set check_function_bodies = on
as $check$
declare
  form text;
  -- of this backend, so that checks in two sessions do not meet
  checked text := 'pgmb.checked_condition_' || pg_backend_pid();
begin
  -- As the quoted body of a function without parameters the text is analysed and not executed, and cannot refer to
  -- anything but e and s. No text is balanced in both forms unless it is one expression.
  foreach form in array array['(%s' || e'\n)', '(array[%s' || e'\n])[1]'] loop
    begin
      execute format(
        'create or replace function %s() returns bigint language sql stable as %L',
        checked,
        'select 1::bigint from '
        || '(select null::pgmb.event_id as id, null::varchar as topic, null::jsonb as payload, null::jsonb as metadata) e, '
        || '(select null::pgmb.subscription_id as id, null::text as group_id, null::jsonb as params) s '
        || 'where ' || replace(form, '%s', conditions_sql)
      );
    exception when others then
      raise exception 'the condition is not valid: %', sqlerrm
        using errcode = 'PM002',
          detail = format('condition: %s', conditions_sql),
          hint = 'Accepted is one boolean SQL expression over e (id, topic, payload, metadata) and s (id, group_id, params).';
    end;
  end loop;
  execute format('drop function %s()', checked);
end
$check$;

comment on function pgmb.check_condition(text) is
  'Raises PM002 unless the text is one boolean SQL expression over e and s. Executes nothing of it.';
