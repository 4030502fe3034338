create or replace function pgmb.examine_conditions(step pgmb.ticks) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  attempts bigint := nextval('pgmb.tick_attempts');
  now_examined bigint;
  condition pgmb.conditions;
begin
  select t.examined into now_examined from pgmb.tick_trouble t;
  if now_examined is null and attempts <= 2 then
    return false;
  end if;
  if now_examined is not null and attempts > 1 then
    -- The call before this one has not come back from it.
    perform pgmb.quarantine_condition(now_examined, step, 'lost ticks', 'ticks were lost, and so was its evaluation alone');
    update pgmb.tick_trouble t set examined = null;
    return true;
  end if;
  begin
    for condition in select c.* from pgmb.conditions_in_use() c where c.no = now_examined loop
      perform from pgmb.match_conditions(array[condition], step);
    end loop;
  exception when query_canceled then
    if not pgmb.is_time_up() then
      raise;
    end if;
  end;
  insert into pgmb.tick_trouble as t (examined)
    select min(c.no) from pgmb.conditions_in_use() c where c.no > coalesce(now_examined, 0)
    on conflict (only_row) do update set examined = excluded.examined;
  return true;
end
$$;

comment on function pgmb.examine_conditions(pgmb.ticks) is
  'After two ticks that were lost with their connection, or failed as a whole: evaluates one condition in each call, and '
  'nothing comes of it, but that the next call knows whether it was survived; one that was not goes into quarantine. False if '
  'there is no reason to.';
