create or replace function pgmb.tick(out busy boolean, out matches bigint, out more boolean, out group_nos bigint[])
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- Tables that were never analysed must not turn index probes into scans of the log.
set enable_seqscan = off
-- Its price makes every plan look worth compiling, which takes most of a second.
set jit = off
as $$
declare
  last pgmb.ticks;
  step pgmb.ticks;
  highest_id pgmb.event_id;
  present pgmb.event_id;
  restored boolean;
  -- even if it finds nothing
  is_written boolean;
begin
  busy := false;
  matches := 0;
  more := false;
  group_nos := '{}';
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  restored := pgmb.is_restored(last.id);
  is_written := restored or pgmb.is_outdated(last);
  -- Idle is the normal case: it costs a few index probes, no lock, no transaction id, no write.
  if last.complete and not is_written
    and not pgmb.has_undispatched_events(last.snapshot, (select e.after_seq from pgmb.eras e where e.era = last.era))
    and not pgmb.has_due_events(clock_timestamp())
  then
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
  restored := pgmb.is_restored(last.id);
  is_written := restored or pgmb.is_outdated(last);
  step := pgmb.next_window(last, restored);
  -- A step is cut by seq, never by transaction: that would break the order.
  select coalesce(max(w.seq), step.after_seq), count(*), max(w.id) into step.to_seq, step.events, highest_id
    from (
      select e.seq, e.id from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.to_seq) e
      order by e.seq limit pgmb.get_config_value('poll_chunk_size')::int
    ) w;
  step.complete := step.events < pgmb.get_config_value('poll_chunk_size')::int;
  more := not step.complete or (restored and step.era = last.era);
  if step.complete and not restored then
    -- Events of this transaction, so that it takes another tick to dispatch them.
    more := pgmb.enter_due_events(clock_timestamp()) > 0;
  end if;
  if step.events = 0 and last.complete and not is_written then
    return;
  end if;
  -- Later than the snapshot, so that nothing but what was given such an id lies in the future.
  step.ticked_at := clock_timestamp();
  present := pgmb.create_event_id(step.ticked_at, 68719476735);
  if highest_id > present then
    step.events := step.events - pgmb.postpone_events(step, present);
  end if;
  -- The key is the fence: two ticks of one number cannot both commit, whatever their snapshots show.
  begin
    insert into pgmb.ticks select step.*;
  exception when unique_violation or serialization_failure then
    -- Only to a caller in REPEATABLE READ: another session ticked between its snapshot and its lock.
    busy := true;
    return;
  end;
  -- Subscriptions are read after the snapshot was taken: one that was committed before an event is always seen.
  select a.matches, a.group_nos into matches, group_nos from pgmb.assign_events(step) a;
end
$$;

comment on function pgmb.tick() is
  'Dispatches what has committed since the last tick: assigns it to the groups that receive it, or lets it wait in '
  'pgmb.scheduled_events if it is due later. At most one session ticks at a time; busy says that another one does. matches '
  'counts (event, subscription) pairs, group_nos lists who received something, more says that the next tick has work already. '
  'To be called as a statement of its own, with autocommit: in a longer transaction it stops all dispatch until that ends. '
  'Events of the calling transaction are left to the next tick, and so is what has just become due.';
