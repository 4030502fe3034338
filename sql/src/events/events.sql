-- The log: insert-only, one row for an event and nothing else, no trigger, no second table. The one exception: a tick takes an
-- event out again that is due later. It has to be inserted here, since a trigger that sends it elsewhere would cost every insert.
create sequence if not exists pgmb.event_seq;
create sequence if not exists pgmb.id_suffix;

create table if not exists pgmb.events (
  -- One inlined expression, since nested functions double the cost of an insert. The suffix comes from a sequence: unique
  -- within one microsecond and across clock steps.
  id pgmb.event_id not null default (
    'pm'
    || lpad(to_hex((date_part('epoch', clock_timestamp()) * 1000000)::bigint), 13, '0')
    || lpad(to_hex(nextval('pgmb.id_suffix') & 68719476735), 9, '0')
  ),
  topic varchar(255) not null,
  payload jsonb not null,
  metadata jsonb,
  -- only this subscription receives the event, without looking at conditions
  subscription_id pgmb.subscription_id,
  -- the order of insertion as the server saw it; a default rather than an identity column, which partitioned tables have
  -- from PostgreSQL 17 only
  seq bigint not null default nextval('pgmb.event_seq'),
  -- the transaction, by which a tick knows what has committed since the last one
  xact_id xid8 not null default pg_current_xact_id(),
  primary key (id),
  -- whatever it comes to stand in together with a group is indexed, too
  constraint events_id_check check (octet_length(id) <= 255)
) partition by range (id);

comment on table pgmb.events is
  'Insert topic, payload, metadata to publish; ids come back in input order. With an id in the future, it is delivered '
  'then. Rows are never updated.';
comment on column pgmb.events.seq is 'Order of insertion. Never given by a publisher.';
comment on column pgmb.events.xact_id is 'The publishing transaction. Never given by a publisher: a forged one is not dispatched.';

do $$
begin
  -- "if not exists" would wait for open publishers, and let others queue, before it finds the index.
  if to_regclass('pgmb.events_window_idx') is null then
    create index events_window_idx on pgmb.events (xact_id, seq);
  end if;
  -- The catch-all takes whatever no other partition takes, so that publishing works without any maintenance.
  if not exists (select from pg_inherits where inhparent = 'pgmb.events'::regclass) then
    create table pgmb.events_0 partition of pgmb.events for values from (minvalue) to (maxvalue);
  end if;
end
$$;
