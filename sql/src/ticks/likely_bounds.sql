create or replace function pgmb.likely_bounds(step pgmb.ticks, chunk bigint) returns bigint[]
language plpgsql stable
set search_path = pgmb, pg_temp
-- As in tick.
set enable_seqscan = off
set jit = off
as $$
declare
  last bigint := (select s.last_value from pgmb.event_seq s);
  ended xid8[] := array(
    select p.xact_id from pg_snapshot_xip(step.previous) p (xact_id) where pg_visible_in_snapshot(p.xact_id, step.snapshot)
  );
  firsts bigint[] := '{}';
begin
  -- Of those that were in progress in the previous snapshot: they may reach back far.
  if cardinality(ended) > 0 then
    firsts := firsts || (
      select min(e.seq)
      from unnest(ended) p (xact_id)
      cross join lateral (
        select e.seq from pgmb.events e where e.xact_id = p.xact_id and e.seq > step.after_seq order by e.seq limit 1
      ) e
    );
  end if;
  -- Of the others: the first one by transaction need not be the lowest by seq, but is near it.
  if (last - (select t.to_seq from pgmb.ticks t where t.id = step.id - 1)) / 2 > chunk then
    firsts := firsts || (
      select e.seq from pgmb.events e
      where e.xact_id >= pg_snapshot_xmax(step.previous)
        and e.xact_id < pg_snapshot_xmax(step.snapshot)
        and pg_visible_in_snapshot(e.xact_id, step.snapshot)
        and e.seq > step.after_seq
      order by e.xact_id, e.seq limit 1
    );
  end if;
  return array(select f.seq - 1 + chunk from unnest(firsts) f (seq) where (last - f.seq) / 2 > chunk order by f.seq);
end
$$;

comment on function pgmb.likely_bounds(pgmb.ticks, bigint) is
  'In a window in which many events may wait: up to which numbers a step of so many events is likely to reach. Guesses, '
  'of which nothing depends but the time it takes; none if few wait.';
