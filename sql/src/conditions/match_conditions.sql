create or replace function pgmb.match_conditions(
  conditions pgmb.conditions[], step pgmb.ticks, only_subscription bigint default null
) returns setof pgmb.condition_match
-- Stable, so that all conditions of a tick and the assignment of what they match see the same subscriptions.
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  only_condition bigint := conditions[1].no;
  middle int := cardinality(conditions) / 2;
  begun timestamptz := clock_timestamp();
  sandboxed boolean := pgmb.is_sandboxed();
  -- what is left, the next one first: events (after_seq, to_seq] for subscriptions (after_no, to_no]
  ranges bigint[] := array[
    [step.after_seq, step.to_seq, coalesce(only_subscription - 1, 0), coalesce(only_subscription, 9223372036854775807)]
  ];
  range bigint[];
  halves bigint[];
  matched record;
  failed boolean;
  state text;
  reason text;
  failed_nos bigint[] := '{}';
  hopeless_nos bigint[] := '{}';
begin
  while cardinality(ranges) > 0 loop
    range := array(select unnest(ranges[1:1]));
    ranges := ranges[2:];
    begin
      failed := false;
      -- Ends with this block. A condition cannot write, and results leave by variables only.
      perform set_config('transaction_read_only', 'on', true);
      if sandboxed then
        matched := pgmb.evaluate_in_sandbox(conditions, step, range[1], range[2], range[3], range[4], hopeless_nos);
      else
        matched := pgmb.evaluate_conditions(conditions, step, range[1], range[2], range[3], range[4], hopeless_nos);
      end if;
      -- Whatever a condition has set is undone with this block: it would stay with whoever ticks.
      raise sqlstate 'PM099';
    exception
      when sqlstate 'PM099' then
        null;
      -- Not the condition's fault, and gone the next time: the tick fails as a whole.
      when transaction_rollback or lock_not_available or disk_full or system_error then
        raise;
      when query_canceled then
        if middle > 0 then
          raise;
        end if;
        -- Whoever catches it ends the tick: in a statement it comes only once.
        raise query_canceled using message = sqlerrm, detail = jsonb_build_object(
          'condition', only_condition, 'ms', (extract(epoch from clock_timestamp() - begun) * 1000)::bigint);
      when others then
        failed := true;
        state := sqlstate;
        reason := left(sqlerrm, 1000);
    end;
    if not failed then
      return query
        select m.*, null::text, null::text from unnest(matched.seqs, matched.event_ids, matched.subscription_nos) m;
      continue;
    end if;
    if middle > 0 then
      return query select m.* from pgmb.match_conditions(conditions[:middle], step, only_subscription) m;
      return query select m.* from pgmb.match_conditions(conditions[middle + 1:], step, only_subscription) m;
      return;
    end if;
    halves := pgmb.halve_matching(only_condition, step, range, cardinality(failed_nos) < 1000);
    if halves is not null then
      ranges := halves || ranges;
      continue;
    end if;
    return query
      select w.seq, w.id::text, s.no, state, reason
      from pgmb.window_events(step.previous, step.snapshot, range[1], range[2]) w
      join pgmb.subscriptions s on s.condition_no = only_condition and s.no > range[3] and s.no <= range[4]
      where s.no <> all (hopeless_nos) and not exists (select from pgmb.quarantines q where q.subscription_no = s.no);
    failed_nos := failed_nos || array(
      select s.no from pgmb.subscriptions s
      where s.condition_no = only_condition and s.no > range[3] and s.no <= range[4] and s.no <> all (hopeless_nos));
    if only_subscription is null then
      -- One that fails on everything must not cost a subtransaction for each event.
      hopeless_nos := array(select n from unnest(failed_nos) n group by n having count(*) >= 20);
    elsif cardinality(failed_nos) >= 1000 then
      raise exception 'the condition fails on too many events: %', reason using errcode = state;
    end if;
  end loop;
end
$$;

comment on function pgmb.match_conditions(pgmb.conditions[], pgmb.ticks, bigint) is
  'The matches of conditions among a step''s events, and each event that one raised an error on, by subscription, in the order '
  'of seq; of all their subscriptions, or of one. Of all, one that failed on 20 events is left out of what comes after them. '
  'Several are evaluated together, unless an error is raised: then in halves, until the one that raises it is alone.';
