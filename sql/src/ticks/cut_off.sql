create or replace function pgmb.cut_off(step pgmb.ticks, condition_no bigint, ms bigint) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  configured interval := pgmb.get_config_value('condition_time_limit')::interval;
  lost bigint;
begin
  insert into pgmb.tick_trouble as t (most_events) values (greatest(step.events / 64, 1))
    on conflict (only_row) do update set
      most_events = excluded.most_events,
      -- Not even one event gets through, and nobody is to blame: all conditions together take that long. After they were evaluated
      -- as one, a condition that alone takes too long is to be seen first.
      time_limit = case
        when step.events <= 1 and (condition_no is null or t.lost_ms <> '{}') then coalesce(t.time_limit, configured) * 2
        else t.time_limit
      end;
  update pgmb.tick_trouble t
    set lost_ms = t.lost_ms || jsonb_build_object(
      condition_no,
      -- The clock goes on while a machine sleeps, and may be set: nobody ran for longer than the limit.
      coalesce((t.lost_ms ->> condition_no::text)::bigint, 0)
        + least(ms, (extract(epoch from coalesce(t.time_limit, configured)) * 1000)::bigint)
    )
    where condition_no is not null
    returning (t.lost_ms ->> condition_no::text)::bigint into lost;
  -- The last one in the row of conditions may be cut off for what the others took, but not for so long, nor in a smaller step.
  if lost >= extract(epoch from configured) * 1500 then
    perform pgmb.quarantine_condition(condition_no, step, 'time limit', format('ran %s ms without an end', lost));
    update pgmb.tick_trouble t set lost_ms = t.lost_ms - condition_no::text;
  end if;
end
$$;

comment on function pgmb.cut_off(pgmb.ticks, bigint, bigint) is
  'A tick reached its time limit, while this condition (or none) had been evaluated for so many milliseconds: the next one '
  'takes fewer events. A condition that was cut off for one and a half time limits since the last tick that got through goes '
  'into quarantine.';
