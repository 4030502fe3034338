create or replace function pgmb.is_restored(tick bigint) returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select
    pg_snapshot_xmax(t.snapshot) > pg_snapshot_xmax(pg_current_snapshot())
    -- This cluster may have come farther before the first tick. Whatever transaction wrote the row here had not ended when a
    -- snapshot of this cluster was taken for it.
    or pg_visible_in_snapshot((n.next - mod(n.next - t.xmin::text::bigint, 4294967296))::text::xid8, t.snapshot)
  from pgmb.ticks t
  -- xmin is the lower half of an xid8: of the candidates, the one that is less than 2^31 from now.
  cross join lateral (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 2147483648 as next) n
  where t.id = tick;
end;

comment on function pgmb.is_restored(bigint) is
  'Whether the snapshot of this tick was taken in another cluster, whose transactions were ahead of those here: the database '
  'was restored from a dump. Not so after pg_upgrade, a promotion or a physical restore, which keep the numbers.';
