create or replace function pgmb.create_condition(conditions_sql text) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set standard_conforming_strings = on
as $create$
declare
  condition_no bigint;
  is_topical boolean := (pgmb.is_topical_condition(conditions_sql)).topical;
  parsed text;
  forbidden text;
begin
  select c.no into condition_no from pgmb.conditions c where pgmb.text_hash(c.text) = pgmb.text_hash(conditions_sql);
  if found then
    return condition_no;
  end if;
  perform pgmb.check_condition(conditions_sql);
  insert into pgmb.conditions (text, topical) values (conditions_sql, is_topical)
    on conflict do nothing returning no into condition_no;
  if not found then
    return pgmb.create_condition(conditions_sql);
  end if;
  if is_topical then
    return condition_no;
  end if;
  -- In the scope where the text stands, e and s are the nearest names; that it uses no farther one has been checked.
  execute format($function$
    create function pgmb.condition_%1$s(previous pg_snapshot, current pg_snapshot, after_seq bigint, to_seq bigint)
    returns table (seq bigint, event_id pgmb.event_id, subscription_no bigint)
    language sql stable
    begin atomic
      select w.seq, w.id, r.no
      from pgmb.window_events(previous, current, after_seq, to_seq) w
      join pgmb.subscriptions r on r.condition_no = %1$s
      cross join lateral (
        select %2$s as matches
        from (select w.id, w.topic, w.payload, w.metadata) e, (select r.id, r.group_id, r.params) s
      ) c
      where w.subscription_id is null and c.matches;
    end
  $function$, condition_no, '(' || conditions_sql || e'\n)');
  select p.prosqlbody::text into parsed from pg_proc p
    where p.oid = format('pgmb.condition_%s(pg_snapshot,pg_snapshot,bigint,bigint)', condition_no)::regprocedure;
  select string_agg(distinct f.oid::regprocedure::text, ', ') into forbidden
    from regexp_matches(parsed, ':(?:opfuncid|funcid|aggfnoid|winfnoid) (\d+)', 'g') m
    join pg_proc f on f.oid = m[1]::oid
    where f.provolatile = 'v' or f.proname ~ '_to_xml|^(repeat|lpad|rpad|format|array_fill|set_config)$'
      or (f.proretset and f.oid <> 'pgmb.window_events(pg_snapshot,pg_snapshot,bigint,bigint)'::regprocedure);
  if forbidden is not null or parsed ~ '\{SUBLINK' then
    raise exception 'the condition may not use %', coalesce(forbidden, 'a subquery')
      using errcode = 'PM002',
        detail = format('condition: %s', conditions_sql),
        hint = 'A condition depends on nothing but e and s: volatile and set-returning functions, subqueries and functions '
          'that can build values of any size are refused.';
  end if;
  return condition_no;
end
$create$;

comment on function pgmb.create_condition(text) is
  'The number of a condition''s text; at its first use it is checked (PM002 says why it is refused) and compiled. Security '
  'definer: whoever may subscribe needs no right to create functions. The text runs with the rights of whoever ticks.';
