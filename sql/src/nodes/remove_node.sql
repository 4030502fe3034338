create or replace function pgmb.remove_node(node text) returns void
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  update pgmb.group_owner o set node = null, epoch = o.epoch + 1 where o.node = remove_node.node;
  delete from pgmb.nodes n where n.node = remove_node.node;
end;

comment on function pgmb.remove_node(text) is
  'Forgets a node that has stopped; groups it still owned are free at once.';
