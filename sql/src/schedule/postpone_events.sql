create or replace function pgmb.postpone_events(step pgmb.ticks, present pgmb.event_id) returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Each event is one probe of the log by its id, which also prunes partitions.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
declare
  postponed bigint;
  kept bigint;
  first_due timestamptz;
begin
  with future as materialized (
    select w.id from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.to_seq) w
    -- What tells no time is delivered at once.
    where w.id > present and pgmb.is_event_id(w.id)
  ), moved as (
    delete from pgmb.events e using future f where e.id = f.id returning e.*
  ), scheduled as (
    insert into pgmb.scheduled_events (id, topic, payload, metadata, subscription_id, seq, due_at, min_event_id)
    select m.id, m.topic, m.payload, m.metadata, m.subscription_id, m.seq, pgmb.extract_date_from_event_id(m.id),
      -- Of real subscriptions only: an event for nobody needs no others.
      case when m.subscription_id in (select s.id from pgmb.subscriptions s) then pgmb.lowest_retried_id(m.topic, m.payload) end
    from moved m
    on conflict (id) do nothing
    returning due_at
  )
  select (select count(*) from moved), (select count(*) from scheduled), (select min(due_at) from scheduled)
    into postponed, kept, first_due;
  -- The clock was set back.
  insert into pgmb.schedule_fronts (due_at) select first_due where first_due < pgmb.schedule_front();
  if kept < postponed then
    raise warning 'pgmb: % events were given ids of events that are scheduled already, and are ignored', postponed - kept;
  end if;
  return postponed;
end
$$;

comment on function pgmb.postpone_events(pgmb.ticks, pgmb.event_id) is
  'Moves those of a tick''s events that are due later than the present id from the log to pgmb.scheduled_events; returns how '
  'many. An id is of one event: a second one is ignored, as the log itself would refuse it.';
