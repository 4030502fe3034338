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
begin
  -- A step is cut by seq, never by transaction: that would break the order. In the rest of a window the next numbers are
  -- mostly all there; then it is not necessary to look at all that is left.
  if is_rest then
    select max(w.seq), count(*), max(w.id), bool_or(w.topic = 'pgmb-retry') into to_seq, events, highest_id, has_retries
      from pgmb.window_events(step.previous, step.snapshot, step.after_seq, least(step.after_seq + chunk, step.to_seq)) w;
    complete := false;
  end if;
  if not is_rest or events < 0.75 * chunk then
    select coalesce(max(w.seq), step.after_seq), count(*), max(w.id), coalesce(bool_or(w.topic = 'pgmb-retry'), false)
      into to_seq, events, highest_id, has_retries
      from (
        select e.seq, e.id, e.topic from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.to_seq) e
        order by e.seq limit chunk
      ) w;
    complete := events < chunk;
  end if;
end
$$;

comment on function pgmb.cut_step(pgmb.ticks, boolean) is
  'How far one tick goes in a window that may reach to step.to_seq: pgmb.step_size() events, or somewhat fewer; the highest of '
  'their ids, whether there are retries among them, and whether nothing of the window is left.';
