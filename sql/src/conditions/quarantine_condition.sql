create or replace function pgmb.quarantine_condition(condition_no bigint, step pgmb.ticks, reason text, message text)
returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  insert into pgmb.quarantines (subscription_no, reason, message, tick, after_seq)
  select s.no, quarantine_condition.reason, quarantine_condition.message, step.id, step.after_seq
  from pgmb.subscriptions s where s.condition_no = quarantine_condition.condition_no
  on conflict do nothing;
end;

comment on function pgmb.quarantine_condition(bigint, pgmb.ticks, text, text) is
  'Leaves all subscriptions with this condition out, from the first event of a step on.';
