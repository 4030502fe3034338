create or replace function pgmb.adopt_restored_events() returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
  adopted bigint := 0;
begin
  if pgmb.has_foreign_events() and current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
    -- No tick may dispatch them meanwhile, nor begin an era, which does it in its own way.
    perform from pgmb.dispatcher for update;
    if pgmb.has_foreign_events() then
      update pgmb.events e set xact_id = default
        where e.xact_id >= pg_snapshot_xmax(pg_current_snapshot())
          and e.xact_id is distinct from pg_current_xact_id_if_assigned()
          and e.seq > (select max(r.after_seq) from pgmb.eras r);
      get diagnostics adopted = row_count;
    end if;
  end if;
  return adopted;
end
$$;

comment on function pgmb.adopt_restored_events() is
  'Has the next tick dispatch events that were restored from a cluster whose last tick lies behind this cluster, but which '
  'themselves lie ahead of it: else they would wait until its transactions have come that far. Returns how many there were.';
