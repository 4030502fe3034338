-- Append-only: under a held snapshot an updated row becomes slower with each version, appends do not. The last row counts.
create table if not exists pgmb.progress (
  group_no bigint not null references pgmb.subscription_groups (no) on delete cascade,
  -- a rewind starts a new one
  generation bigint not null,
  from_pos bigint not null,
  to_pos bigint not null,
  acknowledged_at timestamptz not null default clock_timestamp(),
  -- of two owners that advance from the same position, one fails here
  primary key (group_no, generation, from_pos),
  check (to_pos > from_pos)
);
