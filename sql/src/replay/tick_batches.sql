create or replace function pgmb.tick_batches(from_tick bigint)
returns table (first_tick bigint, last_tick bigint, step pgmb.ticks)
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  next_tick pgmb.ticks;
begin
  for next_tick in select t.* from pgmb.ticks t where t.id >= from_tick order by t.id loop
    -- Whole windows only: a step of a big one begins at a seq of its own.
    if step.complete and next_tick.complete and next_tick.era = step.era and next_tick.after_seq = step.after_seq
      and step.events + next_tick.events <= 10000
    then
      step.snapshot := next_tick.snapshot;
      step.to_seq := greatest(step.to_seq, next_tick.to_seq);
      step.events := step.events + next_tick.events;
    else
      if step.id is not null then
        return next;
      end if;
      step := next_tick;
      first_tick := next_tick.id;
    end if;
    last_tick := next_tick.id;
  end loop;
  if step.id is not null then
    return next;
  end if;
end
$$;

comment on function pgmb.tick_batches(bigint) is
  'All ticks from one on, small ones joined to what is one window for conditions: a query for each of a '
  'week''s ticks would take minutes.';
