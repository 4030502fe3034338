create or replace function pgmb.enter_due_events(current_ts timestamptz) returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
-- Whoever has inserted one of the ids into the log and not committed yet would stop all dispatch.
set lock_timeout = '100ms'
as $$
declare
  due bigint;
  entered bigint;
begin
  with due as materialized (
    select s.id from pgmb.scheduled_events s
    where s.due_at >= pgmb.schedule_front() and s.due_at <= current_ts
    order by s.due_at, s.seq
    -- Little enough for the time limit of a tick.
    limit least(pgmb.step_size(), 5000)
    -- Who is about to cancel one delays nobody.
    for update skip locked
  ), taken as (
    delete from pgmb.scheduled_events s using due d where s.id = d.id returning s.*
  ), entered as (
    -- seq is drawn in this order
    insert into pgmb.events (id, topic, payload, metadata, subscription_id)
    select t.id, t.topic, t.payload, t.metadata, t.subscription_id from taken t order by t.due_at, t.seq
    on conflict (id) do nothing
    returning id
  )
  select (select count(*) from taken), (select count(*) from entered) into due, entered;
  if entered < due then
    raise warning 'pgmb: % events were scheduled with ids of events that are in the log already, and are ignored', due - entered;
  end if;
  -- The dispatcher is locked, and what is scheduled from here on is due later, or moves the front back. An older snapshot may not
  -- show what others have scheduled.
  if due > 0 and current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
    insert into pgmb.schedule_fronts (due_at)
      select least(current_ts, (
        select s.due_at from pgmb.scheduled_events s where s.due_at >= pgmb.schedule_front() order by s.due_at limit 1
      ));
  end if;
  return due;
exception when lock_not_available then
  return 0;
end
$$;

comment on function pgmb.enter_due_events(timestamptz) is
  'Moves what is due back into the log, in the order in which it is due, at most 5,000 events; returns how many. They '
  'are events of the calling transaction, and so the next tick dispatches them. None while somebody else has an event of one of '
  'these ids in an open transaction.';
