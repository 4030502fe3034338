create or replace function pgmb.error_position(conditions_sql text, error_state text, error_message text) returns int
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  token record;
  stand_in text;
  tries int := 0;
  other text;
  expected text;
begin
  -- A function cannot ask for the position of an error that it has caught, only for its message. So this looks for the first
  -- of the tokens named there with which the text fails in the same way, or in that of another one in its place.
  for token in
    select t.content, t.start::int, trim(both '''"' from t.content) as name
    from (
      select m[1] as content, sum(length(m[1])) over (order by n) - length(m[1]) + 1 as start
      from regexp_matches(
        conditions_sql, '([[:alpha:]_][[:alnum:]_$]*|\d[\d.]*|''[^'']*''|"[^"]*"|[-+*/<>=~!@#%^&|`?]+|.)', 'g'
      ) with ordinality r (m, n)
    ) t
    where t.content !~ '^\s$'
    order by t.start
  loop
    continue when token.name = '' or strpos(lower(error_message), lower(token.name)) = 0;
    stand_in := case
      when token.content = '=' then '<>'
      when token.content in ('<>', '!=', '<', '>', '<=', '>=') then '='
      when token.content in ('-', '/', '%') then '*'
      when token.content in ('+', '*') then '-'
      when token.content ~ '^[-+*/<>=~!@#%^&|`?]+$' then '@#@#'
      when token.content like '''%' then '''pgmb_stand_in'''
      else 'pgmb_stand_in'
    end;
    other := trim(both '''' from stand_in);
    expected := case
      when token.name ~ '^\w+$' then regexp_replace(error_message, '\m' || token.name || '\M', other, 'gi')
      else replace(error_message, token.name, other)
    end;
    -- Any other token would be the wrong one there, too, where it is the grammar that ends.
    for n in 1 .. case when error_state = '42601' or expected = error_message then 1 else 2 end loop
      tries := tries + 1;
      begin
        perform pgmb.parse_condition(
          case n
            when 1 then left(conditions_sql, token.start + length(token.content) - 1)
            else overlay(conditions_sql placing stand_in from token.start for length(token.content))
          end);
      exception when others then
        if sqlerrm = (case n when 1 then error_message else expected end) then
          return token.start;
        end if;
      end;
    end loop;
    exit when tries >= 100;
  end loop;
  return case error_state when '42601' then length(conditions_sql) + 1 end;
end
$$;

comment on function pgmb.error_position(text, text, text) is
  'At which character of a condition its error is; null if it concerns the text as a whole.';
