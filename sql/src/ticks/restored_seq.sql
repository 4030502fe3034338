create or replace function pgmb.restored_seq(last pgmb.ticks) returns bigint
language sql stable
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
begin atomic
  with own as (
    select pg_current_xact_id_if_assigned() as xid, pg_snapshot_xmax(pg_current_snapshot()) as next
  )
  select greatest(
    (select max(t.to_seq) from pgmb.ticks t),
    (select max(e.after_seq) from pgmb.eras e),
    -- of what no tick has dispatched, what this cluster cannot have published
    (
      select max(e.seq) from pgmb.events e, own
      where e.xact_id >= greatest(pg_snapshot_xmax(last.previous), own.next) and e.xact_id is distinct from own.xid
    ),
    (
      select max(e.seq) from pgmb.events e, own
      where e.xact_id = any (array(select pg_snapshot_xip(last.previous)))
        and e.xact_id >= own.next and e.xact_id is distinct from own.xid
    )
  );
end;

comment on function pgmb.restored_seq(pgmb.ticks) is
  'After a restore: a seq up to which all events are restored ones, while those above have not been dispatched, and will be '
  'seen by snapshots of this cluster. What is published here lies above, since the sequence is restored with its value.';
