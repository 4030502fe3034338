create or replace function pgmb.halve_matching(condition_no bigint, step pgmb.ticks, range bigint[], by_subscription boolean)
returns bigint[]
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  middle bigint;
begin
  select percentile_disc(0.5) within group (order by w.seq) into middle
    from pgmb.window_events(step.previous, step.snapshot, range[1], range[2]) w
    having count(*) > 1;
  if middle is not null then
    return array[[range[1], middle, range[3], range[4]], [middle, range[2], range[3], range[4]]];
  end if;
  select percentile_disc(0.5) within group (order by s.no) into middle
    from pgmb.subscriptions s
    where by_subscription and s.condition_no = halve_matching.condition_no and s.no > range[3] and s.no <= range[4]
    having count(*) > 1;
  return case when middle is not null then
    array[[range[1], range[2], range[3], middle], [range[1], range[2], middle, range[4]]]
  end;
end
$$;

comment on function pgmb.halve_matching(bigint, pgmb.ticks, bigint[], boolean) is
  'Two halves of what a condition failed on: of the events, until one stands alone, and then of the subscriptions, if wanted. '
  'Null if nothing is left to halve. A range is after_seq, to_seq, after_no, to_no.';
