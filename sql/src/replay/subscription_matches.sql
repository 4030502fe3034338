create or replace function pgmb.subscription_matches(receiver pgmb.subscriptions, step pgmb.ticks)
-- without an event: the condition raised errors, which are left out
returns table (event_id pgmb.event_id)
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  with log as materialized (
    select w.id, w.topic, w.subscription_id
    from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.to_seq) w
  ), topics as (
    select distinct l.topic from log l
    where l.subscription_id is null
      and exists (select from pgmb.subscription_topics i where i.subscription_no = receiver.no)
  ), received_topics as materialized (
    select t.topic from topics t
    where exists (
      select from pgmb.topic_keys(t.topic) k
      join pgmb.subscription_topics i on i.key = k.key and i.is_prefix = k.is_prefix
      where i.subscription_no = receiver.no
    )
  )
  select l.id from log l where l.subscription_id = receiver.id
  union all
  select l.id from log l join received_topics t on t.topic = l.topic where l.subscription_id is null
  union all
  select case when m.sqlstate is null then m.event_id::pgmb.event_id end
  from pgmb.conditions c
  cross join lateral pgmb.match_conditions(array[c], step, receiver.no) m
  where c.no = receiver.condition_no and not c.topical;
end;

comment on function pgmb.subscription_matches(pgmb.subscriptions, pgmb.ticks) is
  'The events of a window that a subscription receives, by the same rules as assign_events; and a null for each of them '
  'that its condition failed on.';
