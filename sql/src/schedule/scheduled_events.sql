-- What is due later. An event whose id lies in the future comes here by the tick that would dispatch it, and goes back into the
-- log when it is due.
create table if not exists pgmb.scheduled_events (
  id pgmb.event_id primary key,
  topic varchar(255) not null,
  payload jsonb not null,
  metadata jsonb,
  subscription_id pgmb.subscription_id,
  -- the order of insertion into the log, which decides between events that are due at one moment
  seq bigint not null,
  due_at timestamptz not null,
  -- nothing that is to be delivered again then lies below; null if nothing is
  min_event_id pgmb.event_id
);

comment on table pgmb.scheduled_events is
  'Events that are due later, to be listed, and to be cancelled by delete. To schedule one, insert it into pgmb.events with an '
  'id in the future: pgmb.create_event_id(ts, pgmb.create_random_bigint()).';
comment on column pgmb.scheduled_events.due_at is 'The moment that the id was made from.';

do $$
begin
  -- "if not exists" would wait for an open tick before it finds the indexes.
  if to_regclass('pgmb.scheduled_events_due_idx') is null then
    create index scheduled_events_due_idx on pgmb.scheduled_events (due_at, seq);
    create index scheduled_events_min_event_id_idx on pgmb.scheduled_events (min_event_id) where min_event_id is not null;
  end if;
end
$$;
