create or replace function pgmb.cut_step(
  step pgmb.ticks, is_rest boolean, out to_seq bigint, out events int, out complete boolean, out highest_id pgmb.event_id,
  out has_retries boolean
)
language plpgsql stable
set search_path = pgmb, pg_temp
-- As in tick.
set enable_seqscan = off
set jit = off
as $$
declare
  chunk bigint := pgmb.step_size();
  bounds bigint[];
  bound bigint;
  found_here record;
begin
  to_seq := step.after_seq;
  events := 0;
  has_retries := false;
  -- A step is cut by seq, never by transaction: that would break the order. The next numbers are mostly all there; then it is
  -- not necessary to look at all that waits, of which the index tells what lies beyond a bound. In the rest of a window they
  -- begin where the last step has ended, unless there is a gap.
  bounds := case when is_rest then array[step.after_seq + chunk] else pgmb.likely_bounds(step, chunk) || step.to_seq end;
  loop
    bound := least(bounds[1], step.to_seq);
    bounds := bounds[2:];
    select max(w.seq) as to_seq, count(*) as events, max(w.id) as highest_id, bool_or(w.topic = 'pgmb-retry') as has_retries
      into found_here
      from (
        select e.seq, e.id, e.topic from pgmb.window_events(step.previous, step.snapshot, step.after_seq, bound) e
        order by e.seq limit chunk - events
      ) w;
    if found_here.events > 0 then
      to_seq := found_here.to_seq;
      events := events + found_here.events;
      highest_id := greatest(highest_id, found_here.highest_id);
      has_retries := has_retries or found_here.has_retries;
    end if;
    exit when events >= 0.75 * chunk or bound = step.to_seq;
    step.after_seq := greatest(step.after_seq, bound);
    if cardinality(bounds) = 0 then
      bounds := pgmb.likely_bounds(step, chunk) || step.to_seq;
    end if;
  end loop;
  complete := bound = step.to_seq and events < chunk;
end
$$;

comment on function pgmb.cut_step(pgmb.ticks, boolean) is
  'How far one tick goes in a window that may reach to step.to_seq: pgmb.step_size() events, or somewhat fewer; the highest of '
  'their ids, whether there are retries among them, and whether nothing of the window is left.';
