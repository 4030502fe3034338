create or replace function pgmb.position_after(group_no bigint, tick bigint, seq bigint) returns bigint
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(
    (
      select max(d.last_position - cardinality(d.event_ids) + u.n)
      from pgmb.subscription_events d
      cross join lateral unnest(d.event_ids) with ordinality u (id, n)
      cross join lateral pgmb.read_events(array[u.id]) e
      where d.group_no = position_after.group_no and d.tick = position_after.tick and d.attempt = 0
        and e.seq <= position_after.seq
    ),
    (
      select min(d.last_position - cardinality(d.event_ids)) from pgmb.subscription_events d
      where d.group_no = position_after.group_no and d.tick >= position_after.tick
    ),
    pgmb.group_head(group_no)
  );
end;

comment on function pgmb.position_after(bigint, bigint, bigint) is
  'How many events of a group had been dispatched up to this seq of this tick. Right only if no deliveries since then were '
  'dropped.';
