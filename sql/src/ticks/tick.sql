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
  chunk int;
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
  chunk := pgmb.get_config_value('poll_chunk_size')::int;
  -- A step is cut by seq, never by transaction: that would break the order. Mostly the next numbers are all there; then it
  -- is not necessary to look at all that is left.
  if not last.complete then
    select max(w.seq), count(*) into step.to_seq, step.events
      from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.after_seq + chunk) w;
    step.complete := false;
  end if;
  if last.complete or step.events < 0.75 * chunk then
    select coalesce(max(w.seq), step.after_seq), count(*) into step.to_seq, step.events
      from (
        select e.seq from pgmb.window_events(step.previous, step.snapshot, step.after_seq, 9223372036854775807) e
        order by e.seq limit chunk
      ) w;
    step.complete := step.events < chunk;
  end if;
  if step.events = 0 and last.complete then
    return;
  end if;
  step.ticked_at := clock_timestamp();
  -- The key is the fence: two ticks of one number cannot both commit, whatever their snapshots show.
  insert into pgmb.ticks select step.*;
  -- Subscriptions are read after the snapshot was taken: one that was committed before an event is always seen.
  select a.matches, a.group_nos into matches, group_nos from pgmb.assign_events(step) a;
  more := not step.complete;
end
$$;

comment on function pgmb.tick() is
  'Dispatches what has committed since the last tick: assigns it to the groups that receive it. At most one session ticks '
  'at a time; busy says that another one does. matches counts (event, subscription) pairs, group_nos lists who received '
  'something, more says that the next tick has work already. To be called as a statement of its own, with autocommit: in a '
  'longer transaction it stops all dispatch until that ends. Events of the calling transaction are left to the next tick.';
