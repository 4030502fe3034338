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
  -- payload: it cannot be read as what the handler takes; permanent: the handler failed in a way that is not to be tried again;
  -- attempts: it failed on the last of its attempts; retry: a pgmb-retry that names nothing to be tried again; gone: it
  -- was to be handled, or tried again, and somebody has deleted it from the log
  reason text not null,
  sqlstate text,
  message text not null,
  tick bigint,
  failed_at timestamptz not null default clock_timestamp(),
  -- of the handler, in all
  attempts int not null default 0,
  first_failed_at timestamptz not null default clock_timestamp(),
  -- an array of objects with type, message and at, the outermost first
  causes jsonb,
  -- the one by which it waits to be handled once more, as long as that is there
  retry_no bigint,
  primary key (group_no, event_id)
);
comment on table pgmb.dead_letters is
  'Events that a group did not receive, or that its handler failed on for good. Never deleted by the broker before they are '
  'handled: pgmb.redrive_dead_letters has them handled once more, pgmb.discard_dead_letters deletes them.';

do $$
begin
  -- "if not exists" would wait for open transactions before it finds the index.
  if to_regclass('pgmb.dead_letters_group_idx') is null then
    create index dead_letters_group_idx on pgmb.dead_letters (group_id, event_id);
  end if;
end
$$;
