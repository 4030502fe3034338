create or replace function pgmb.withdraw_handler(node text, group_no bigint) returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  update pgmb.group_owner o set node = null, epoch = o.epoch + 1
    where o.group_no = withdraw_handler.group_no and o.node = withdraw_handler.node;
  delete from pgmb.node_groups d where d.node = withdraw_handler.node and d.group_no = withdraw_handler.group_no;
end;

comment on function pgmb.withdraw_handler(text, bigint) is
  'Says that a node has a handler for this group no more: it never takes the group over again, and if it owned it, the '
  'group is free at once. Undone by declare_handler.';
