create or replace function pgmb.has_foreign_events() returns boolean
language sql stable
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
begin atomic
  select not (select pgmb.is_restored(max(t.id)) from pgmb.ticks t) and exists (
    select from pgmb.events e
    where e.xact_id >= pg_snapshot_xmax(pg_current_snapshot())
      and e.xact_id is distinct from pg_current_xact_id_if_assigned()
      and e.seq > (select max(r.after_seq) from pgmb.eras r)
  );
end;

comment on function pgmb.has_foreign_events() is
  'Whether this era has events that are there though no transaction of their number can have ended here.';
