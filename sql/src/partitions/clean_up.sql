create or replace function pgmb.clean_up(current_ts timestamptz) returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- Tables that were never analysed must not turn index probes into scans.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
declare
  kept_since timestamptz := pgmb.add_interval_imm(
    pgmb.maintained_time(current_ts), -pgmb.get_config_value('partition_retention_period')::interval);
  open_deliveries bigint := (
    select coalesce(p.lower_bound::bigint, 0) from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null
  );
  last pgmb.ticks;
  most constant int := 10000;
  superseded bigint;
  outdated bigint;
begin
  current_ts := pgmb.maintained_time(current_ts);
  perform pgmb.adopt_restored_events();
  -- All but the last one of each group; it is the position. The oldest first: see advance.
  delete from pgmb.progress p
    using (
      select old.group_no, old.generation, old.from_pos
      from pgmb.subscription_groups g
      cross join lateral (
        select l.generation, l.from_pos from pgmb.progress l
        where l.group_no = g.no
        order by l.generation desc, l.from_pos desc limit 1
      ) newest
      cross join lateral (
        select o.group_no, o.generation, o.from_pos from pgmb.progress o
        where o.group_no = g.no and (o.generation, o.from_pos) < (newest.generation, newest.from_pos)
        order by o.generation, o.from_pos limit most
      ) old
      limit most
    ) s
    where p.group_no = s.group_no and p.generation = s.generation and p.from_pos = s.from_pos;
  get diagnostics superseded = row_count;
  -- Up to the first one that is needed, so that they have no gaps: the last one is the dispatcher's state, those of the open
  -- partition of deliveries tell how old it is, and after a restore the highest seq tells what had been dispatched.
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  delete from pgmb.ticks t
    where t.id = any (array(
      select o.id from pgmb.ticks o
      where o.id < (
        select kept.id from pgmb.ticks kept
        where kept.ticked_at >= kept_since or kept.to_seq > last.to_seq or kept.id >= least(open_deliveries - 1, last.id)
        order by kept.id limit 1
      )
      order by o.id limit most
    ));
  get diagnostics outdated = row_count;
  delete from pgmb.schedule_fronts f
    where f.no = any (array(
      select o.no from pgmb.schedule_fronts o where o.no < (select max(l.no) from pgmb.schedule_fronts l) order by o.no limit most
    ));
  perform pgmb.mend_schedule_front();
  perform pgmb.expire_subscriptions(current_ts);
  delete from pgmb.quarantines q where not exists (select from pgmb.subscriptions s where s.no = q.subscription_no);
  -- A node that was away for long registers again.
  delete from pgmb.nodes n where n.renewed_at < current_ts - greatest(interval '1 hour', n.lease * 10);
  return greatest(superseded, outdated) = most;
end
$$;

comment on function pgmb.clean_up(timestamptz) is
  'Deletes what no longer counts: superseded progress, ticks beyond retention, subscriptions that have expired, nodes that have '
  'vanished; and puts right what a restore may have left. Of what there is much of only so much that it takes no longer than a '
  'moment; true if there may be more.';
