create or replace function pgmb.dispatch_snapshot() returns pg_snapshot
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- pg_current_snapshot() never lists the caller's own transaction as in progress. Stored like that, events which this
  -- transaction publishes would count as dispatched.
  with s as (select pg_current_xact_id() as own, pg_current_snapshot() as now)
  select case
    when s.own >= pg_snapshot_xmax(s.now) then s.now
    else format(
      '%s:%s:%s',
      least(s.own, pg_snapshot_xmin(s.now)),
      pg_snapshot_xmax(s.now),
      (
        select string_agg(x.xid::text, ',' order by x.xid)
        from (select s.own as xid union select pg_snapshot_xip(s.now)) x
      )
    )::pg_snapshot
  end
  from s;
end;

comment on function pgmb.dispatch_snapshot() is
  'The current snapshot with the caller''s own transaction counted as in progress.';
