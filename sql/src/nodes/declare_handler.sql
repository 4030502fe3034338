create or replace function pgmb.declare_handler(node text, group_id text, conditions_sql text, params jsonb) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  declared pgmb.subscription_groups;
  declared_identity text := pgmb.subscription_identity(group_id, conditions_sql, params);
begin
  insert into pgmb.subscription_groups (id) values (group_id) on conflict do nothing;
  -- No stronger lock: an uncommitted acknowledgement refers to the group.
  select g.* into strict declared from pgmb.subscription_groups g where g.id = group_id for no key update;
  insert into pgmb.group_owner (group_no) values (declared.no) on conflict do nothing;
  -- Locks it even if it stays as it is: whoever is about to let it expire waits, and then finds it declared.
  insert into pgmb.subscriptions as s (group_id, conditions_sql, params)
    values (declare_handler.group_id, declare_handler.conditions_sql, declare_handler.params)
    on conflict (identity) do update set expiry_interval = null where s.expiry_interval is not null;
  -- The newest deployment wins: what it no longer declares, the group no longer receives. What had been assigned stays.
  delete from pgmb.subscriptions s where s.group_id = declare_handler.group_id and s.identity <> declared_identity;
  update pgmb.subscription_groups g set declaration = declared_identity
    where g.no = declared.no and g.declaration is distinct from declared_identity;
  insert into pgmb.node_groups as n (node, group_no, declaration)
    values (declare_handler.node, declared.no, declared_identity)
    on conflict on constraint node_groups_pkey do update set declaration = excluded.declaration;
  return declared.no;
end
$$;

comment on function pgmb.declare_handler(text, text, text, jsonb) is
  'Says that a registered node has a handler for this group with this condition; makes group and subscription where they '
  'do not exist. Returns the number of the group. The subscription receives at least every event that is committed after '
  'the caller''s commit.';
