create or replace function pgmb.is_abandoned(group_no bigint, since timestamptz) returns boolean
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  select exists (
    select from pgmb.subscription_groups g
    where g.no = is_abandoned.group_no
      and g.declaration is null
      and g.created_at < since
      and not exists (select from pgmb.subscriptions s where s.group_id = g.id)
      and not exists (select from pgmb.node_groups d where d.group_no = g.no)
      and not exists (
        select from pgmb.group_owner o join pgmb.nodes n on n.node = o.node
        where o.group_no = g.no and pgmb.is_lease_valid(n.renewed_at, n.lease)
      )
      and not exists (select from pgmb.retries r where r.group_no = g.no)
      and coalesce(
        (select d.tick from pgmb.subscription_events d where d.group_no = g.no order by d.last_position desc limit 1)
          < (select min(t.id) from pgmb.ticks t where t.ticked_at >= since),
        true
      )
  );
end;

comment on function pgmb.is_abandoned(bigint, timestamptz) is
  'Whether nobody asks for a group any more: it has no subscription, no handler declares or declared it, nobody reads it, '
  'nothing of it waits for another attempt, and since that time it was neither made nor given an event.';
