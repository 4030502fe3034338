create or replace function pgmb.read_retries(node text, group_no bigint, epoch bigint, max_events int)
returns table (no bigint, attempts int, id text, topic text, payload text, metadata text)
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- As read_group. Planning costs several times as much as the few probes that it takes.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
declare
  -- Once: compared with a volatile function, every retry of the group would be looked at.
  present timestamptz := clock_timestamp();
begin
  perform pgmb.require_ownership(node, group_no, epoch);
  return query
    select
      r.no, r.attempts, u.id::text, coalesce(e.topic, c.topic)::text, coalesce(e.payload, c.payload)::text,
      coalesce(e.metadata, c.metadata)::text
    from (
      select d.no, d.attempts, d.due_at, d.event_ids, sum(cardinality(d.event_ids)) over (order by d.due_at, d.no) as events
      from (
        select q.no, q.attempts, q.due_at, q.event_ids from pgmb.retries q
        where q.group_no = read_retries.group_no and q.due_at <= present
        order by q.due_at, q.no limit max_events
      ) d
    ) r
    cross join lateral unnest(r.event_ids) with ordinality u (id, n)
    left join pgmb.events e on e.id = u.id
    left join pgmb.dead_letters c on c.group_no = read_retries.group_no and c.event_id = u.id
      -- Of what was gone before it became one, there is no copy.
      and not (c.reason = 'gone' and c.topic = '')
    -- The first one however long it is.
    where r.events - cardinality(r.event_ids) < max_events
    order by r.due_at, r.no, u.n;
  perform pgmb.require_present_log();
end
$$;

comment on function pgmb.read_retries(text, bigint, bigint, int) is
  'The retries of a group that are due, the first due first, each with its events in their order: whole ones until there are '
  'max_events. Only for its owner (else PM003). An event that is neither in the log any more nor a dead letter has nulls from topic '
  'on.';
