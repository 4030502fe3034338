create or replace function pgmb.tick_of(xact_id xid8, seq bigint) returns bigint
language sql stable
set search_path = pgmb, pg_temp
-- The planner cannot know that the first tick which may have dispatched it nearly always has.
set enable_seqscan = off
set enable_sort = off
set jit = off
begin atomic
  select t.id
  from (
    select t.* from pgmb.ticks t
    where t.era = (select max(r.era) from pgmb.eras r where r.after_seq < tick_of.seq)
      and pg_snapshot_xmax(t.snapshot) > tick_of.xact_id
      and pg_visible_in_snapshot(tick_of.xact_id, t.snapshot)
      and t.to_seq >= tick_of.seq
    order by pg_snapshot_xmax(t.snapshot), t.id limit 1
  ) t
  -- else by one that is no longer there
  where not pg_visible_in_snapshot(tick_of.xact_id, t.previous) and t.after_seq < tick_of.seq;
end;

comment on function pgmb.tick_of(xid8, bigint) is
  'The number of the tick that dispatched an event of this transaction with this seq; null if none has yet, or if it is no '
  'longer there.';
