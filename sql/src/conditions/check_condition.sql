create or replace function pgmb.check_condition(conditions_sql text) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  parsed record;
  place text;
  forbidden text;
begin
  begin
    parsed := pgmb.parse_condition(conditions_sql);
  exception when others then
    place := pgmb.text_place(conditions_sql, pgmb.error_position(conditions_sql, sqlstate, sqlerrm));
    raise exception 'the condition is not valid: %', sqlerrm
      using errcode = 'PM002',
        detail = coalesce(place || e'\n', '') || format('condition: %s', conditions_sql),
        hint = 'Accepted is one boolean SQL expression over e (id, topic, payload, metadata) and s (id, group_id, params).';
  end;
  select string_agg(distinct f.oid::regprocedure::text, ', ') into forbidden
    from regexp_matches(parsed.parsed, ':(?:opfuncid|funcid|aggfnoid|winfnoid) (\d+)', 'g') m
    join pg_proc f on f.oid = m[1]::oid
    where f.provolatile = 'v' or f.proretset or f.proname ~ '_to_xml|^(repeat|lpad|rpad|format|array_fill|set_config|evaluate_conditions)$';
  if forbidden is not null or parsed.parsed ~ '\{SUBLINK' then
    raise exception 'the condition may not use %', coalesce(forbidden, 'a subquery')
      using errcode = 'PM002',
        detail = format('condition: %s', conditions_sql),
        hint = 'A condition depends on nothing but e and s: volatile and set-returning functions, subqueries and functions '
          'that can build values of any size are refused.';
  end if;
  return parsed.joint;
end
$$;

comment on function pgmb.check_condition(text) is
  'Raises PM002, with the place of the error, unless the text is one boolean SQL expression over e and s that depends on '
  'nothing else. Executes nothing of it. Returns whether it may be evaluated together with others.';

-- What an older version has taken was not asked for that.
do $$
declare
  condition record;
begin
  for condition in select c.no, c.text from pgmb.conditions c where c.joint is null loop
    begin
      update pgmb.conditions c set joint = pgmb.check_condition(condition.text) where c.no = condition.no;
    exception when others then
      -- It names what is not there any more, or would be refused today.
      update pgmb.conditions c set joint = false where c.no = condition.no;
    end;
  end loop;
end
$$;
