create or replace function pgmb.register_node(node text, lease interval) returns void
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  -- Left from before it was forgotten: under its new lease nobody else could take it, and it may not declare it any more.
  update pgmb.group_owner o set node = null, epoch = o.epoch + 1
    where o.node = register_node.node and not exists (select from pgmb.nodes n where n.node = register_node.node);
  insert into pgmb.nodes as n (node, lease) values (register_node.node, register_node.lease)
  on conflict on constraint nodes_pkey do update set lease = excluded.lease, renewed_at = clock_timestamp();
end;

comment on function pgmb.register_node(text, interval) is
  'Makes a node known, which from now on owns what it takes over as long as it renews its lease in time.';
