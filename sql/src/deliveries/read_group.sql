create or replace function pgmb.read_group(node text, group_no bigint, epoch bigint, after_position bigint, max_events int)
returns table ("position" bigint, id text, topic text, payload text, metadata text, attempt smallint, subscription_ids text[])
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Each event is one probe by its id, which also prunes partitions, whatever the statistics say.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
begin
  if not exists (
    select from pgmb.group_owner o
    where o.group_no = read_group.group_no and o.node = read_group.node and o.epoch = read_group.epoch
  ) then
    raise exception 'group % is not owned by node % in epoch %', group_no, node, epoch
      using errcode = 'PM003', hint = 'Another node has taken it over: take over again before reading.';
  end if;
  return query
    select d.last_position - cardinality(d.event_ids) + u.n, e.id::text, e.topic::text, e.payload::text, e.metadata::text,
      d.attempt, d.subscription_ids::text[]
    from (
      select s.* from pgmb.subscription_events s
      -- Positions have no gaps and a row has at most 64 of them.
      where s.group_no = read_group.group_no
        and s.last_position > after_position and s.last_position < after_position + max_events + 64
      order by s.last_position
    ) d
    cross join lateral unnest(d.event_ids) with ordinality u (id, n)
    left join pgmb.events e on e.id = u.id
    where d.last_position - cardinality(d.event_ids) + u.n between after_position + 1 and after_position + max_events
    order by 1;
end
$$;

comment on function pgmb.read_group(text, bigint, bigint, bigint, int) is
  'The events of a group after a position, in order, at most max_events. Only for its owner (else PM003). An event that is '
  'no longer in the log has nulls from id on.';
