create or replace function pgmb.group_events(group_no bigint, after_position bigint, max_events int)
returns table (
  "position" bigint, event_id pgmb.event_id, id pgmb.event_id, topic varchar, payload jsonb, metadata jsonb, attempt smallint,
  subscription_ids pgmb.subscription_id[]
)
language sql stable
begin atomic
  select d.last_position - cardinality(d.event_ids) + u.n, u.id, e.id, e.topic, e.payload, e.metadata, d.attempt, d.subscription_ids
  from (
    -- Where deliveries are gone, reading goes on with the first that is there.
    select greatest(
      after_position,
      (
        select s.last_position - cardinality(s.event_ids) from pgmb.subscription_events s
        where s.group_no = group_events.group_no and s.last_position > after_position
        order by s.last_position limit 1
      )
    ) as position
  ) start
  cross join lateral (
    select s.* from pgmb.subscription_events s
    -- Positions have no gaps and a row has at most 64 of them.
    where s.group_no = group_events.group_no
      and s.last_position > start.position and s.last_position < start.position + max_events + 64
    order by s.last_position
  ) d
  cross join lateral unnest(d.event_ids) with ordinality u (id, n)
  left join pgmb.events e on e.id = u.id
  where d.last_position - cardinality(d.event_ids) + u.n between start.position + 1 and start.position + max_events;
end;

comment on function pgmb.group_events(bigint, bigint, int) is
  'The events of a group after a position, at most max_events, unordered. One that is no longer in the log has its event_id, '
  'and nulls from id on. Inlined into functions that forbid all but probes of the log by id.';
