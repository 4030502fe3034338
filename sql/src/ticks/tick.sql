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
  has_retries boolean;
  restored boolean;
  -- even if it finds nothing
  is_written boolean;
  finished boolean;
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
  begin
    select c.* into step.to_seq, step.events, step.complete, highest_id, has_retries
      from pgmb.cut_step(step, not last.complete) c;
  exception when query_canceled then
    if not pgmb.is_time_up() then
      raise;
    end if;
    perform pgmb.give_more_time();
    more := true;
    return;
  end;
  more := not step.complete or (restored and step.era = last.era);
  if step.complete and not restored then
    -- Events of this transaction, so that it takes another tick to dispatch them.
    more := pgmb.enter_due_events(clock_timestamp()) > 0;
    if not more and not last.complete then
      -- While it took several ticks to come here, others may have committed.
      more := pgmb.has_undispatched_events(step.snapshot, (select e.after_seq from pgmb.eras e where e.era = step.era));
    end if;
  end if;
  if step.events = 0 and last.complete and not is_written then
    return;
  end if;
  -- Later than the snapshot, so that nothing but what was given such an id lies in the future.
  step.ticked_at := clock_timestamp();
  begin
    if pgmb.examine_conditions(step) then
      more := true;
    else
      select d.finished, d.busy, d.matches, d.group_nos into finished, busy, matches, group_nos
        from pgmb.dispatch(step, highest_id, has_retries) d;
      more := more or not finished;
    end if;
  exception when serialization_failure then
    -- That of a caller with an old snapshot is its own, and does not count: no condition is to blame.
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
      perform setval('pgmb.tick_attempts', greatest(a.attempts - 1, 1), a.attempts > 1)
        from (select currval('pgmb.tick_attempts') as attempts) a;
    end if;
    raise;
  end;
  -- Not undone by what undoes a tick: what does not come here is counted.
  perform setval('pgmb.tick_attempts', 1, false);
end
$$;

comment on function pgmb.tick() is
  'Dispatches what has committed since the last tick: assigns it to the groups that receive it, or lets it wait in '
  'pgmb.scheduled_events if it is due later. At most one session ticks at a time; busy says that another one does. matches '
  'counts (event, subscription) pairs, group_nos lists who received something, more says that the next tick has work already. '
  'To be called as a statement of its own, with autocommit: in a longer transaction it stops all dispatch until that ends. '
  'Events of the calling transaction are left to the next tick, and so is what has just become due.';
