-- What a group could not be given, or could not handle. Kept beyond the retention of the log, and so with a copy of the event.
create table if not exists pgmb.dead_letters (
  group_no bigint not null,
  group_id text collate "C" not null,
  event_id pgmb.event_id not null,
  topic varchar(255) not null,
  payload jsonb not null,
  metadata jsonb,
  subscription_ids pgmb.subscription_id[] not null,
  -- condition: the condition of these subscriptions raised an error on the event
  reason text not null,
  sqlstate text,
  message text not null,
  tick bigint,
  failed_at timestamptz not null default clock_timestamp(),
  primary key (group_no, event_id)
);
comment on table pgmb.dead_letters is
  'Events that a group did not receive. Never deleted by the broker: delete what is dealt with.';
