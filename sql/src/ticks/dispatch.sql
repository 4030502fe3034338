create or replace function pgmb.dispatch(
  step pgmb.ticks, highest_id pgmb.event_id, has_retries boolean,
  out finished boolean, out busy boolean, out matches bigint, out group_nos bigint[]
)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  present pgmb.event_id := pgmb.create_event_id(step.ticked_at, 68719476735);
  taken pgmb.ticks := step;
  failures pgmb.condition_match[];
  cut text;
begin
  busy := false;
  -- The key is the fence: two ticks of one number cannot both commit, whatever their snapshots show.
  begin
    perform pgmb.require_present_log();
    if highest_id > present then
      taken.events := taken.events - pgmb.postpone_events(step, present);
    end if;
    insert into pgmb.ticks select taken.*;
    if has_retries then
      insert into pgmb.dispatched_retries (tick, min_event_id)
        select step.id, n.id
        from pgmb.lowest_needed_id(step.previous, step.snapshot, step.after_seq, step.to_seq) n (id)
        where n.id is not null;
    end if;
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
      -- Unless those since an old snapshot are forgotten already: then so is the last one that it shows.
      perform from pgmb.ticks t where t.id = step.id - 1 for key share;
    end if;
  exception when unique_violation or serialization_failure then
    -- Only to a caller in REPEATABLE READ: another session ticked between its snapshot and its lock.
    finished := true;
    busy := true;
    matches := 0;
    group_nos := '{}';
    return;
  end;
  -- Subscriptions are read after the snapshot was taken: one that was committed before an event is always seen.
  select a.matches, a.group_nos, a.failures into matches, group_nos, failures from pgmb.assign_events(step) a;
  if failures is not null then
    perform pgmb.record_failures(step, failures);
  end if;
  perform pgmb.get_through();
  finished := true;
exception when query_canceled then
  if not pgmb.is_time_up() then
    raise;
  end if;
  get stacked diagnostics cut = pg_exception_detail;
  perform pgmb.cut_off(step, (nullif(cut, '')::jsonb ->> 'condition')::bigint, (nullif(cut, '')::jsonb ->> 'ms')::bigint);
  finished := false;
  matches := 0;
  group_nos := '{}';
end
$$;

comment on function pgmb.dispatch(pgmb.ticks, pgmb.event_id, boolean) is
  'Carries a step, whose highest id this is, with retries in it or not, out as a whole; or, if the statement reaches its '
  'timeout, nothing of it, and finished is false: to be tried again at once.';
