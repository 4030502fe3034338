create or replace function pgmb.window_events(
  previous pg_snapshot, current pg_snapshot, after_seq bigint, to_seq bigint
) returns table (
  seq bigint, id pgmb.event_id, topic varchar, payload jsonb, metadata jsonb, subscription_id pgmb.subscription_id
)
language sql stable
begin atomic
  select e.seq, e.id, e.topic, e.payload, e.metadata, e.subscription_id
  from pgmb.events e
  where e.xact_id >= pg_snapshot_xmax(previous)
    and e.xact_id < pg_snapshot_xmax(current)
    and pg_visible_in_snapshot(e.xact_id, current)
    and e.seq > after_seq and e.seq <= to_seq
  union all
  select e.seq, e.id, e.topic, e.payload, e.metadata, e.subscription_id
  from pgmb.events e
  where e.xact_id = any (array(select pg_snapshot_xip(previous)))
    and pg_visible_in_snapshot(e.xact_id, current)
    and e.seq > after_seq and e.seq <= to_seq;
end;

comment on function pgmb.window_events(pg_snapshot, pg_snapshot, bigint, bigint) is
  'The events that are visible in the current snapshot and were not in the previous one, in a range of seq, unordered. '
  'Two index ranges: transactions that began after the previous snapshot, and those that were in progress in it.';
