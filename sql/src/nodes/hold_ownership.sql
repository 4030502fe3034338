create or replace function pgmb.hold_ownership(node text, group_no bigint, epoch bigint) returns interval
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  own_lease interval;
begin
  -- The lock makes whoever takes the group over wait for this transaction, and with it for what it acknowledges.
  select n.lease into own_lease
    from pgmb.group_owner o join pgmb.nodes n on n.node = o.node
    where o.group_no = hold_ownership.group_no and o.node = hold_ownership.node and o.epoch = hold_ownership.epoch
      and pgmb.is_valid_epoch(o.epoch)
    for share of o;
  return own_lease;
end
$$;

comment on function pgmb.hold_ownership(text, bigint, bigint) is
  'Keeps a group with its owner until the end of the transaction; the owner''s lease. Null if this node does not own the group '
  'in this epoch (any more). PL/pgSQL, since before PostgreSQL 18 a function in SQL is planned anew in each transaction.';
