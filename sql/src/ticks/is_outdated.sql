create or replace function pgmb.is_outdated(last pgmb.ticks) returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select last.era > 1
    and pg_snapshot_xmax(pg_current_snapshot())::text::bigint - pg_snapshot_xmax(last.snapshot)::text::bigint > 10000;
end;

comment on function pgmb.is_outdated(pgmb.ticks) is
  'Whether a tick is written though it finds nothing: restored events lie between the snapshots of this cluster, and each '
  'idle tick would step over all of them since the last one.';
