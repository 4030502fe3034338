create or replace function pgmb.evaluate_condition(
  condition pgmb.conditions, step pgmb.ticks, after_seq bigint, to_seq bigint, after_no bigint, to_no bigint, except_nos bigint[],
  out seqs bigint[], out event_ids text[], out subscription_nos bigint[]
)
language plpgsql stable
set search_path = pgmb, pg_temp
set standard_conforming_strings = on
as $evaluate$
begin
  -- Where the text stands, e and s are the nearest names; that it uses no farther one, and is one expression, has been checked.
  execute 'select array_agg(m.seq), array_agg(m.id::text), array_agg(m.no) from (select w.seq, w.id, r.no '
    'from pgmb.window_events($1, $2, $3, $4) w join pgmb.subscriptions r on r.condition_no = $5 and r.no > $6 and r.no <= $7 '
    'cross join lateral (select (' || condition.text || e'\n) as matches '
    'from (select w.id, w.topic, w.payload, w.metadata) e, (select r.id, r.group_id, r.params) s) c '
    'where w.subscription_id is null and c.matches and r.no <> all ($8) '
    'and not exists (select from pgmb.quarantines q where q.subscription_no = r.no)) m'
    into seqs, event_ids, subscription_nos
    using step.previous, step.snapshot, after_seq, to_seq, condition.no, after_no, to_no, except_nos;
end
$evaluate$;

comment on function
  pgmb.evaluate_condition(pgmb.conditions, pgmb.ticks, bigint, bigint, bigint, bigint, bigint[]) is
  'The matches of a condition among the events of a step with a seq in (after_seq, to_seq] and its subscriptions with a number '
  'in (after_no, to_no], but those in except_nos and in quarantine. The text runs with the rights of the caller.';
