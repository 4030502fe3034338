create or replace function pgmb.list_dead_letters(
  gid text, after_event_id pgmb.event_id default null, max_letters int default 100
)
returns table (
  event_id pgmb.event_id, topic text, payload jsonb, metadata jsonb, reason text, message text, causes jsonb, attempts int,
  first_failed_at timestamptz, failed_at timestamptz, next_attempt_at timestamptz
)
language sql stable
security definer
set search_path = pgmb, pg_temp
begin atomic
  select
    d.event_id, d.topic, d.payload, d.metadata, d.reason, d.message, d.causes, d.attempts, d.first_failed_at, d.failed_at, r.due_at
  from pgmb.dead_letters d left join pgmb.retries r on r.no = d.retry_no
  -- One range of the index; an id may be empty.
  where d.group_id = gid and d.event_id >= coalesce(after_event_id, '') and d.event_id is distinct from after_event_id
    and not exists (
      select from pgmb.dead_letters o where o.group_id = d.group_id and o.event_id = d.event_id and o.group_no > d.group_no
    )
  order by d.event_id limit max_letters;
end;

comment on function pgmb.list_dead_letters(text, pgmb.event_id, int) is
  'A page of the dead letters of a group, by the ids of their events; the next one begins after the last event_id of this one. '
  'next_attempt_at is null unless it is being redriven.';
