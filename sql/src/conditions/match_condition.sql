create or replace function pgmb.match_condition(
  condition_no bigint, step pgmb.ticks, after_seq bigint, to_seq bigint,
  inout seqs bigint[], inout event_ids text[], inout subscription_nos bigint[], inout failures pgmb.match_failures[]
)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  found_seqs bigint[];
  found_ids text[];
  found_nos bigint[];
  failure pgmb.match_failures;
  middle bigint;
begin
  begin
    -- Ends with this block. A condition cannot write, and results leave by variables only.
    perform set_config('transaction_read_only', 'on', true);
    execute format(
      'select array_agg(m.seq), array_agg(m.event_id::text), array_agg(m.subscription_no) from pgmb.condition_%s($1, $2, $3, $4) m',
      condition_no
    ) into found_seqs, found_ids, found_nos using step.previous, step.snapshot, after_seq, to_seq;
    seqs := seqs || found_seqs;
    event_ids := event_ids || found_ids;
    subscription_nos := subscription_nos || found_nos;
    return;
  exception when others then
    failure := (condition_no, step.id, after_seq, to_seq, sqlstate, left(sqlerrm, 1000), clock_timestamp());
  end;
  -- Halve until the failing event stands alone: the others are matched. Given up after some failures, since a condition
  -- that fails on everything must not cost a subtransaction for each event.
  select percentile_disc(0.5) within group (order by w.seq) into middle
    from pgmb.window_events(step.previous, step.snapshot, after_seq, to_seq) w
    having count(*) > 1;
  if middle is null or cardinality(failures) >= 20 then
    failures := failures || failure;
    return;
  end if;
  select m.seqs, m.event_ids, m.subscription_nos, m.failures into seqs, event_ids, subscription_nos, failures
    from pgmb.match_condition(
      condition_no, step, after_seq, middle, seqs, event_ids, subscription_nos, failures) m;
  select m.seqs, m.event_ids, m.subscription_nos, m.failures into seqs, event_ids, subscription_nos, failures
    from pgmb.match_condition(
      condition_no, step, middle, to_seq, seqs, event_ids, subscription_nos, failures) m;
end
$$;

comment on function pgmb.match_condition(bigint, pgmb.ticks, bigint, bigint, bigint[], text[], bigint[], pgmb.match_failures[]) is
  'Appends the matches of one condition in a range of a tick''s events, and the ranges on which it raised an error.';
