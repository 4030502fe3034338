create or replace function pgmb.advance(node text, group_no bigint, epoch bigint, from_position bigint, to_position bigint)
returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  own_lease interval := pgmb.hold_ownership(node, group_no, epoch);
  last pgmb.progress;
begin
  if own_lease is null then
    return false;
  end if;
  -- Of what is superseded, the oldest is cleaned up first. So a snapshot that shows a position which was left since either
  -- still meets the row that left it, by the key of its own one, or finds here that the row it goes on from is gone.
  select p.* into last from pgmb.progress p
    where p.group_no = advance.group_no
    order by p.generation desc, p.from_pos desc limit 1
    for key share;
  if last.to_pos is distinct from from_position then
    return false;
  end if;
  -- Beyond the head is what was read before a failover that lost it: others will stand there. As group_head, which before
  -- PostgreSQL 18 would be planned anew in each transaction.
  if to_position > greatest(
    (
      select d.last_position from pgmb.subscription_events d
      where d.group_no = advance.group_no
      order by d.last_position desc limit 1
    ),
    (select h.head from pgmb.group_heads h where h.group_no = advance.group_no),
    0
  ) then
    return false;
  end if;
  -- A node that is frozen between here and its commit would keep the group: it is cut off within its lease.
  perform pgmb.limit_idling(own_lease);
  insert into pgmb.progress (group_no, generation, from_pos, to_pos)
    values (advance.group_no, last.generation, from_position, to_position);
  return true;
end
$$;

comment on function pgmb.advance(text, bigint, bigint, bigint, bigint) is
  'Acknowledges the events in (from_position, to_position], if the caller still owns the group in this epoch, it stands at '
  'from_position, and it has been given all of them; the last statement before commit. False, a unique violation or a '
  'serialization failure mean that somebody else owns the group, or did: roll back and take over again.';
