create sequence if not exists pgmb.group_no;

create table if not exists pgmb.subscription_groups (
  -- no longer than an index takes together with an event's id
  id text collate "C" primary key constraint subscription_groups_id_check check (octet_length(id) <= 1000),
  -- of this incarnation: a group that is deleted and made again never meets the rows of its predecessor
  no bigint not null unique default nextval('pgmb.group_no'),
  -- what the newest deployment declared; nodes that declare something else do not compete for the group
  declaration text,
  created_at timestamptz not null default clock_timestamp()
);

comment on table pgmb.subscription_groups is
  'The unit of order, ownership and progress. Assert one by insert … (id) … on conflict do nothing.';
