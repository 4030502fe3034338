create or replace function pgmb.take_group(node text, group_no bigint, out epoch bigint, out "position" bigint)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  sees_commits boolean := current_setting('transaction_isolation') in ('read committed', 'read uncommitted');
  owner text;
  last pgmb.progress;
begin
  -- Waiting for an owner's uncommitted acknowledgement is left to the next call: it must not delay the other groups.
  select o.node into owner from pgmb.group_owner o where o.group_no = take_group.group_no for update skip locked;
  if not found then
    return;
  end if;
  if not sees_commits then
    -- The snapshot may be older than the owner's last renewal. Locking the row does not overlook that: serialization_failure.
    perform from pgmb.nodes n where n.node = owner for share skip locked;
  end if;
  -- Now that the row is locked: another node may have been faster.
  update pgmb.group_owner o
    set node = take_group.node, epoch = pgmb.next_epoch(o.epoch), taken_at = clock_timestamp()
    where o.group_no = take_group.group_no and pgmb.is_free_for(o.node, take_group.node)
    returning o.epoch into epoch;
  if not found then
    return;
  end if;
  select p.* into last from pgmb.progress p
    where p.group_no = take_group.group_no
    order by p.generation desc, p.from_pos desc limit 1
    for key share;
  if not found then
    -- Each owner sees a row to go on from: see advance.
    insert into pgmb.progress as p (group_no, generation, from_pos, to_pos) values (take_group.group_no, 1, -1, 0)
      on conflict on constraint progress_pkey do nothing
      returning p.* into last;
  end if;
  position := coalesce(last.to_pos, 0);
  if not sees_commits then
    -- Nor is an acknowledgement overlooked that it hides: the key is the same.
    insert into pgmb.progress values (group_no, coalesce(last.generation, 1), position, position + 1) on conflict do nothing;
    delete from pgmb.progress p
      where p.group_no = take_group.group_no and p.generation = coalesce(last.generation, 1) and p.from_pos = position;
  end if;
end
$$;

comment on function pgmb.take_group(text, bigint) is
  'Makes a node the owner of a group that is free for it, and returns the new epoch and the position to go on from; nulls '
  'if somebody else has the group, or is just taking, giving up or acknowledging it.';
