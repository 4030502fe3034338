create or replace function pgmb.match_condition(condition_no bigint, step pgmb.ticks, only_subscription bigint default null)
returns table (seq bigint, event_id text, subscription_no bigint, failure pgmb.match_failures)
-- Stable, so that all conditions of a tick and the assignment of what they match see the same subscriptions.
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  -- the ranges (low, high] that are left, the next one last
  lows bigint[] := array[step.after_seq];
  highs bigint[] := array[step.to_seq];
  low bigint;
  high bigint;
  middle bigint;
  found_seqs bigint[];
  found_ids text[];
  found_nos bigint[];
  failed boolean;
  failures int := 0;
begin
  while cardinality(lows) > 0 loop
    low := lows[cardinality(lows)];
    high := highs[cardinality(highs)];
    lows := trim_array(lows, 1);
    highs := trim_array(highs, 1);
    begin
      failed := false;
      -- Ends with this block. A condition cannot write, and results leave by variables only.
      perform set_config('transaction_read_only', 'on', true);
      execute format(
        'select array_agg(m.seq), array_agg(m.event_id::text), array_agg(m.subscription_no) from pgmb.condition_%s($1, $2, $3, $4) m '
        'where $5 is null or m.subscription_no = $5',
        condition_no
      ) into found_seqs, found_ids, found_nos using step.previous, step.snapshot, low, high, only_subscription;
    exception
      -- Not the condition's fault, and gone the next time: the tick fails as a whole.
      when transaction_rollback or lock_not_available or disk_full or system_error then
        raise;
      when others then
        failed := true;
        failure := (condition_no, step.id, low, high, sqlstate, left(sqlerrm, 1000), clock_timestamp());
    end;
    if not failed then
      return query select f.*, null::pgmb.match_failures from unnest(found_seqs, found_ids, found_nos) f;
      continue;
    end if;
    -- Halve until the failing event stands alone: the others are matched. Given up after some failures, since a condition
    -- that fails on everything must not cost a subtransaction for each event.
    select percentile_disc(0.5) within group (order by w.seq) into middle
      from pgmb.window_events(step.previous, step.snapshot, low, high) w
      having count(*) > 1;
    if middle is null or failures >= 20 then
      failures := failures + 1;
      return next;
    else
      lows := lows || array[middle, low];
      highs := highs || array[high, middle];
    end if;
  end loop;
end
$$;

comment on function pgmb.match_condition(bigint, pgmb.ticks, bigint) is
  'The matches of one condition among a tick''s events, and instead of them the ranges on which it raised an error; of all its '
  'subscriptions, or of one.';
