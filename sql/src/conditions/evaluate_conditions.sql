create or replace function pgmb.evaluate_conditions(
  conditions pgmb.conditions[], step pgmb.ticks, after_seq bigint, to_seq bigint, after_no bigint, to_no bigint,
  except_nos bigint[], out seqs bigint[], out event_ids text[], out subscription_nos bigint[]
)
language plpgsql stable
set search_path = pgmb, pg_temp
set standard_conforming_strings = on
-- It takes events for the same ones again and again until somebody has analysed the log, and compares payloads to find that out.
set enable_memoize = off
as $evaluate$
declare
  several boolean := cardinality(conditions) > 1;
begin
  -- Where the text stands, e and s are the nearest names; that it uses no farther one, and is one expression, has been checked.
  -- One text may be joined in any way that it allows. Of several, the plan is to visit each event once, whatever is known of how
  -- many there are: what is lateral and has an offset is the inner side.
  execute 'with receivers as ' || case when several then '' else 'not ' end || 'materialized ('
    'select r.no, r.condition_no, r.id, r.group_id, r.params from pgmb.subscriptions r '
    'where r.condition_no = any ($5) and r.no > $6 and r.no <= $7 and r.no <> all ($8) '
    'and not exists (select from pgmb.quarantines q where q.subscription_no = r.no)) '
    'select array_agg(w.seq), array_agg(w.id::text), array_agg(m.no) from pgmb.window_events($1, $2, $3, $4) w '
    'cross join lateral (select r.no from receivers r '
    'cross join lateral (select ' || pgmb.conditions_as_one(conditions) || ' as matches '
    'from (select w.id, w.topic, w.payload, w.metadata) e, (select r.id, r.group_id, r.params) s) c '
    'where c.matches' || case when several then ' offset 0' else '' end || ') m where w.subscription_id is null'
    into seqs, event_ids, subscription_nos
    using step.previous, step.snapshot, after_seq, to_seq, array(select c.no from unnest(conditions) c), after_no, to_no,
      except_nos;
end
$evaluate$;

comment on function
  pgmb.evaluate_conditions(pgmb.conditions[], pgmb.ticks, bigint, bigint, bigint, bigint, bigint[]) is
  'The matches of conditions among the events of a step with a seq in (after_seq, to_seq] and their subscriptions with a number '
  'in (after_no, to_no], but those in except_nos and in quarantine. The texts run with the rights of the caller.';
