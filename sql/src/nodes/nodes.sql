-- One row for a node, one for a group's owner, and progress by itself: in one row, an uncommitted acknowledgement in a long
-- handler transaction would block lease renewal and takeover.
create table if not exists pgmb.nodes (
  node text primary key,
  -- how long the node may be silent before others take its groups over
  lease interval not null check (lease > interval '0'),
  started_at timestamptz not null default clock_timestamp(),
  renewed_at timestamptz not null default clock_timestamp()
);

-- Which groups a node has handlers for.
create table if not exists pgmb.node_groups (
  node text not null references pgmb.nodes on delete cascade,
  group_no bigint not null references pgmb.subscription_groups (no) on delete cascade,
  -- compared with that of the group
  declaration text not null,
  primary key (node, group_no)
);

-- Written at takeover and hand-over only. Without a node: free.
create table if not exists pgmb.group_owner (
  group_no bigint primary key references pgmb.subscription_groups (no) on delete cascade,
  node text,
  -- rises with each change of owner, so that whoever owned it before is known by the old one; see next_epoch
  epoch bigint not null default 0,
  taken_at timestamptz
);

do $$
begin
  -- "if not exists" would wait for open transactions of nodes before it finds the indexes.
  if to_regclass('pgmb.group_owner_node_idx') is null then
    create index node_groups_group_idx on pgmb.node_groups (group_no);
    create index group_owner_node_idx on pgmb.group_owner (node);
  end if;
end
$$;
