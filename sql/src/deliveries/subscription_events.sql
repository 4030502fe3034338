-- What each group is to handle, in its order. Partitioned by tick with a catch-all, as the log is by time.
create table if not exists pgmb.subscription_events (
  group_no bigint not null,
  -- of the last event of this row; positions of a group are 1, 2, 3 … without gaps
  last_position bigint not null,
  tick bigint not null,
  attempt smallint not null,
  -- up to 64 that go to the same subscriptions
  event_ids pgmb.event_id[] not null,
  subscription_ids pgmb.subscription_id[] not null,
  primary key (group_no, last_position, tick)
) partition by range (tick);

do $$
begin
  if not exists (select from pg_inherits where inhparent = 'pgmb.subscription_events'::regclass) then
    create table pgmb.subscription_events_0 partition of pgmb.subscription_events for values from (minvalue) to (maxvalue);
  end if;
end
$$;

-- Recorded when a partition of deliveries is closed: rows of a partition that is dropped later leave nothing behind.
create table if not exists pgmb.closed_deliveries (
  partition text primary key,
  closed_at timestamptz not null default clock_timestamp(),
  -- no delivery in it, nor what retries among them name, needs an event below; null if there is none
  min_event_id pgmb.event_id
);
create table if not exists pgmb.group_heads (
  group_no bigint primary key references pgmb.subscription_groups (no) on delete cascade,
  head bigint not null
);
