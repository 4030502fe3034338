create or replace function pgmb.is_free_for(owner text, node text) returns boolean
language sql volatile
begin atomic
  -- What a node owns but does not hold was its own before it lost its lease.
  select owner is null or owner = is_free_for.node or not exists (
    select from pgmb.nodes n where n.node = is_free_for.owner and pgmb.is_lease_valid(n.renewed_at, n.lease)
  );
end;

comment on function pgmb.is_free_for(text, text) is
  'Whether a node may take over what this owner owns.';
