-- What groups have lost to the cap of retention. Nothing of the broker deletes it; whoever has dealt with it may.
create table if not exists pgmb.dropped_deliveries (
  group_no bigint not null,
  -- in (after_position, to_position]
  after_position bigint not null,
  to_position bigint not null,
  -- outlives the group
  group_id text collate "C" not null,
  dropped_at timestamptz not null default clock_timestamp(),
  -- when a reader of the group was told
  told_at timestamptz,
  primary key (group_no, to_position)
);

comment on table pgmb.dropped_deliveries is
  'Events that were dropped before their group had read them, since they were older than partition_retention_cap.';
