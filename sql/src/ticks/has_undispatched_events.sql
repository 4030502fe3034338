create or replace function pgmb.has_undispatched_events(since pg_snapshot, after_seq bigint) returns boolean
language sql stable
set search_path = pgmb, pg_temp
-- Tables that were never analysed must not turn two index probes into scans of the log.
set enable_seqscan = off
set jit = off
begin atomic
  select exists (
    select from pgmb.events e
    where e.xact_id >= pg_snapshot_xmax(since)
      -- visible is less, but says so to no index: restored events may have any number
      and e.xact_id < pg_snapshot_xmax(pg_current_snapshot())
      and pg_visible_in_snapshot(e.xact_id, pg_current_snapshot())
      and e.seq > after_seq
  ) or exists (
    select from pgmb.events e
    where e.xact_id = any (array(select pg_snapshot_xip(since)))
      and pg_visible_in_snapshot(e.xact_id, pg_current_snapshot())
      and e.seq > after_seq
  );
end;

comment on function pgmb.has_undispatched_events(pg_snapshot, bigint) is
  'Whether anything of an era, which begins after this seq, has committed that a tick after this snapshot would dispatch. '
  'Takes no lock and writes nothing.';
