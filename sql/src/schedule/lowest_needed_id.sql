create or replace function pgmb.lowest_needed_id(
  previous pg_snapshot, current pg_snapshot, after_seq bigint, to_seq bigint
) returns pgmb.event_id
language sql stable
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
begin atomic
  select min(pgmb.lowest_retried_id(w.topic, w.payload))
  from pgmb.window_events(previous, current, after_seq, to_seq) w
  -- Of real subscriptions only: an event for nobody needs no others.
  where w.topic = 'pgmb-retry' and w.subscription_id in (select s.id from pgmb.subscriptions s);
end;

comment on function pgmb.lowest_needed_id(pg_snapshot, pg_snapshot, bigint, bigint) is
  'The lowest id of the events that the retries of a window are to deliver again; null if there are none.';
