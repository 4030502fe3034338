create or replace function pgmb.tick(out busy boolean, out matches bigint, out more boolean, out group_nos bigint[])
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Tables that were never analysed must not turn index probes into scans of the log.
set enable_seqscan = off
-- Its price makes every plan look worth compiling, which takes most of a second.
set jit = off
as $$
declare
  last pgmb.ticks;
  step pgmb.ticks;
  most_events bigint;
  finished boolean;
begin
  busy := false;
  matches := 0;
  more := false;
  group_nos := '{}';
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  -- Idle is the normal case: it costs two index probes, no lock, no transaction id, no write.
  if last.complete and not pgmb.has_undispatched_events(last.snapshot) then
    return;
  end if;
  -- Whoever holds this row stops all dispatch, so it is not kept by a client that goes to sleep.
  perform set_config('idle_in_transaction_session_timeout', '5s', true);
  perform from pgmb.dispatcher for update skip locked;
  if not found then
    busy := true;
    return;
  end if;
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  step.id := last.id + 1;
  step.era := last.era;
  if last.complete then
    step.previous := last.snapshot;
    step.snapshot := pgmb.dispatch_snapshot();
    step.after_seq := 0;
  else
    step.previous := last.previous;
    step.snapshot := last.snapshot;
    step.after_seq := last.to_seq;
  end if;
  most_events := pgmb.step_size();
  -- A step is cut by seq, never by transaction: that would break the order.
  select coalesce(max(w.seq), step.after_seq), count(*) into step.to_seq, step.events
    from (
      select e.seq from pgmb.window_events(step.previous, step.snapshot, step.after_seq, 9223372036854775807) e
      order by e.seq limit most_events
    ) w;
  step.complete := step.events < most_events;
  if step.events = 0 and last.complete then
    return;
  end if;
  step.ticked_at := clock_timestamp();
  more := pgmb.examine_conditions(step);
  if not more then
    select d.finished, d.matches, d.group_nos into finished, matches, group_nos from pgmb.dispatch(step) d;
    more := not (finished and step.complete);
  end if;
  -- Not undone by what undoes a tick: what does not come here is counted.
  perform setval('pgmb.tick_attempts', 1, false);
end
$$;

comment on function pgmb.tick() is
  'Dispatches what has committed since the last tick: assigns it to the groups that receive it. At most one session ticks '
  'at a time; busy says that another one does. matches counts (event, subscription) pairs, group_nos lists who received '
  'something, more says that the next tick has work already. To be called as a statement of its own, with autocommit: in a '
  'longer transaction it stops all dispatch until that ends. Events of the calling transaction are left to the next tick.';
