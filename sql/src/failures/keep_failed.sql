create or replace function pgmb.keep_failed(group_no bigint, failed jsonb, settled pgmb.retries) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Each event is one probe of the log by its id, which also prunes partitions.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
begin
  with entered as (
    insert into pgmb.retries (
      group_no, event_ids, attempts, due_at, blocks, message, causes, first_failed_at, failed_at, min_event_id
    )
    select
      keep_failed.group_no, f.event_ids, f.attempts, clock_timestamp() + f.delay_ms * interval '1 ms', f.blocks,
      f.message, f.causes,
      case when f.attempts > 0 then coalesce(settled.first_failed_at, clock_timestamp()) end,
      case when f.attempts > 0 then clock_timestamp() end,
      (
        select min(u.id) from unnest(f.event_ids) u (id)
        where not exists (
          select from pgmb.dead_letters d
          where d.group_no = keep_failed.group_no and d.event_id = u.id and d.retry_no = settled.no
        )
      )
    from pgmb.failed_parts(failed) f
    where f.delay_ms is not null
    order by f.n
    returning no, event_ids
  )
  update pgmb.dead_letters d set retry_no = e.no
    from entered e cross join lateral unnest(e.event_ids) u (id)
    where d.group_no = keep_failed.group_no and d.event_id = u.id and d.retry_no = settled.no;
  insert into pgmb.dead_letters as d (
    group_no, group_id, event_id, topic, payload, metadata, subscription_ids, reason, message, causes, attempts, first_failed_at
  )
  select distinct on (u.id)
    g.no, g.id, u.id,
    -- Of what is gone, and was never a dead letter, nothing is left but that.
    coalesce(e.topic, c.topic, ''), coalesce(e.payload, c.payload, 'null'), coalesce(e.metadata, c.metadata),
    array(select s.id from pgmb.subscriptions s where s.group_id = g.id order by s.id),
    f.reason, f.message, f.causes, f.attempts, coalesce(settled.first_failed_at, clock_timestamp())
  from pgmb.failed_parts(failed) f
  cross join lateral unnest(f.event_ids) u (id)
  join pgmb.subscription_groups g on g.no = keep_failed.group_no
  left join pgmb.events e on e.id = u.id
  left join pgmb.dead_letters c on c.group_no = g.no and c.event_id = u.id
  where f.delay_ms is null
  on conflict on constraint dead_letters_pkey do update set
    subscription_ids = excluded.subscription_ids, reason = excluded.reason, sqlstate = null, message = excluded.message,
    causes = excluded.causes, attempts = d.attempts + excluded.attempts, failed_at = clock_timestamp(), tick = null,
    -- Another one by which it is being redriven is still there, if it has come once more by a replay.
    retry_no = nullif(d.retry_no, settled.no);
  if found then
    perform pgmb.require_present_log();
  end if;
end
$$;

comment on function pgmb.keep_failed(bigint, jsonb, pgmb.retries) is
  'Writes what a handler has failed on, each part as a retry, or its events as dead letters; settled is the retry that it was, '
  'null if none. failed as pgmb.failed_parts reads it.';
