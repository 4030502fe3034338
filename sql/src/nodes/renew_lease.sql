create or replace function pgmb.renew_lease(node text) returns boolean
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  with renewed as (
    update pgmb.nodes n set renewed_at = clock_timestamp() where n.node = renew_lease.node returning 1
  )
  select exists (select from renewed);
end;

comment on function pgmb.renew_lease(text) is
  'Renews the lease of a node; false if the node is not known (any more), and is to register again.';
