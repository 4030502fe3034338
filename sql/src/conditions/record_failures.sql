create or replace function pgmb.record_failures(step pgmb.ticks, failures pgmb.condition_match[]) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
begin
  insert into pgmb.dead_letters as d (
    group_no, group_id, event_id, topic, payload, metadata, subscription_ids, reason, sqlstate, message, tick
  )
  select
    g.no, g.id, e.id, e.topic, e.payload, e.metadata, array_agg(s.id order by s.id), 'condition', min(f.sqlstate),
    min(f.message), step.id
  from unnest(failures) f
  join pgmb.subscriptions s on s.no = f.subscription_no
  join pgmb.subscription_groups g on g.id = s.group_id
  join pgmb.events e on e.id = f.event_id
  group by g.id, e.id
  on conflict (group_no, event_id) do update set
    subscription_ids = excluded.subscription_ids, reason = excluded.reason, sqlstate = excluded.sqlstate,
    message = excluded.message, tick = excluded.tick, failed_at = excluded.failed_at;
  insert into pgmb.quarantines (subscription_no, reason, message, tick, after_seq)
  select
    f.subscription_no, 'failures', min(f.message), step.id,
    -- After the 20th it was left out of the rest of the step.
    case when count(*) >= 20 then max(f.seq) else step.to_seq end
  from unnest(failures) f
  join pgmb.subscriptions s on s.no = f.subscription_no
  join pgmb.subscription_groups g on g.id = s.group_id
  group by f.subscription_no, g.no
  having count(*) >= 20 or (
    select count(*) >= 1000 from (
      select from pgmb.dead_letters d where d.group_no = g.no and d.reason = 'condition' limit 1000
    ) many
  )
  on conflict do nothing;
end
$$;

comment on function pgmb.record_failures(pgmb.ticks, pgmb.condition_match[]) is
  'Makes dead letters of the events that conditions failed on. A subscription that failed on 20 events of one tick, or whose '
  'group has 1,000 such dead letters, goes into quarantine.';
