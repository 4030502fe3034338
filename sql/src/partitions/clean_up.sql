create or replace function pgmb.clean_up(current_ts timestamptz) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  retention interval := pgmb.get_config_value('partition_retention_period')::interval;
  open_deliveries bigint := (
    select coalesce(p.lower_bound::bigint, 0) from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null
  );
  last pgmb.ticks;
begin
  perform pgmb.adopt_restored_events();
  -- All but the last one of each group; it is the position.
  delete from pgmb.progress p
    where exists (
      select from pgmb.progress later
      where later.group_no = p.group_no and (later.generation, later.from_pos) > (p.generation, p.from_pos)
    );
  -- Up to the first one that is needed, so that they have no gaps: the last one is the dispatcher's state, those of the open
  -- partition of deliveries tell how old it is, and after a restore the highest seq tells what had been dispatched.
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  delete from pgmb.ticks t
    where t.id < (
      select kept.id from pgmb.ticks kept
      where kept.ticked_at >= current_ts - retention or kept.to_seq > last.to_seq or kept.id >= least(open_deliveries - 1, last.id)
      order by kept.id limit 1
    );
  delete from pgmb.match_failures f where f.failed_at < current_ts - retention;
  -- A node that was away for long registers again.
  delete from pgmb.nodes n where n.renewed_at < current_ts - greatest(interval '1 hour', n.lease * 10);
end
$$;

comment on function pgmb.clean_up(timestamptz) is
  'Deletes what no longer counts: superseded progress, ticks beyond retention, nodes that have vanished; and puts right what '
  'a restore may have left.';
