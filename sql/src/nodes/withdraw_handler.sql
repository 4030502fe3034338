create or replace function pgmb.withdraw_handler(node text, group_no bigint) returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  -- First, and for good: from now on this node cannot take the group over.
  delete from pgmb.node_groups d where d.node = withdraw_handler.node and d.group_no = withdraw_handler.group_no;
  -- An acknowledgement that is not committed yet holds the row. Waiting for it is left to the next call: the heartbeat that
  -- calls this keeps the lease of all other groups.
  update pgmb.group_owner o set node = null, epoch = o.epoch + 1
    where o.group_no = (
      select f.group_no from pgmb.group_owner f
      where f.group_no = withdraw_handler.group_no and f.node = withdraw_handler.node
      for update skip locked
    );
  return not exists (
    select from pgmb.group_owner o where o.group_no = withdraw_handler.group_no and o.node = withdraw_handler.node
  );
end
$$;

comment on function pgmb.withdraw_handler(text, bigint) is
  'Says that a node has a handler for this group no more: it never takes the group over again, and if it owned it, the '
  'group is free at once. False if an acknowledgement of it is still being committed: call again. Undone by declare_handler.';
