-- generated from src/pgmb.sql; do not edit
-- PGMB: a message broker inside of PostgreSQL 14 to 18. This manifest is the table of contents of the schema.
-- Installs as the owner of the database, no superuser needed; migrates what an older script has installed; a second run changes
-- nothing.
--   psql <url> -v ON_ERROR_STOP=1 -1 -f pgmb.sql
-- `drop schema pgmb cascade` removes it.

set local client_min_messages = warning;
-- Pinned, because the text of conditions is quoted under this rule.
set local standard_conforming_strings = on;

-- The version of this schema, and the oldest whose nodes can work with it.
set local pgmb.schema_version = '0.2.0';
set local pgmb.oldest_client = '0.1.0';

-- what is there already

-- schema/lock.sql
-- One installation at a time, whoever runs it. Nobody queues behind this lock but other installations.
do $$
begin
  if coalesce(current_setting('pgmb.schema_version', true), '') = '' then
    raise exception 'this script runs in one transaction only' using errcode = 'PM004', hint = 'psql -1.';
  end if;
  set local lock_timeout = '5s';
  perform pg_advisory_xact_lock(hashtextextended('pgmb.schema', 0));
  -- From here on for tables, where publishers queue behind whoever waits.
  set local lock_timeout = '2s';
end
$$;

-- schema/found.sql
-- What is there: nothing, or an older or the same version of this schema.
do $$
declare
  found text := '';
begin
  -- "if not exists" would ask for the right to create schemas even where an administrator has made this one.
  if to_regnamespace('pgmb') is null then
    create schema pgmb;
  elsif exists (select from pg_depend where refclassid = 'pg_namespace'::regclass and refobjid = to_regnamespace('pgmb')) then
    -- Others have a table config with a version, too.
    if to_regclass('pgmb.dispatcher') is not null and to_regclass('pgmb.config') is not null then
      select c.value into found from pgmb.config c where c.id::text = 'plugin_version';
    end if;
    if coalesce(found, '') !~ '^\d+\.\d+\.\d+$' then
      raise exception 'the schema pgmb of this database belongs to something else' using errcode = 'PM005',
        hint = 'Install into another database, or drop or rename that schema.';
    end if;
    if string_to_array(found, '.')::int[] > string_to_array(current_setting('pgmb.schema_version'), '.')::int[] then
      raise exception 'the schema pgmb has version %, this script is for %', found, current_setting('pgmb.schema_version')
        using errcode = 'PM006', hint = 'Use the script of the newer release: an older one must not overwrite it.';
    end if;
  end if;
  perform set_config('pgmb.schema_found', found, true);
end
$$;

-- schema/spare_running_nodes.sql
-- A node checks the version when it starts, so nodes that could not work with the new one must have stopped before.
do $$
declare
  found text := current_setting('pgmb.schema_found');
  running text;
begin
  if found <> '' and string_to_array(found, '.')::int[] < string_to_array(current_setting('pgmb.oldest_client'), '.')::int[] then
    select string_agg(n.node, ', ' order by n.node) into running
      from pgmb.nodes n where n.renewed_at + n.lease > clock_timestamp();
    if running is not null then
      raise exception 'nodes of version % are running, which cannot work with %: %',
          found, current_setting('pgmb.schema_version'), running
        using errcode = 'PM007', hint = 'Stop all nodes of the old version first.';
    end if;
  end if;
end
$$;

-- schema/pause_ticks.sql
-- A running tick would fail on a function that is made anew. Meanwhile ticks and maintenance find these locks taken, and
-- return; in the order of maintenance.
do $$
begin
  if current_setting('pgmb.schema_found') not in ('', current_setting('pgmb.schema_version')) then
    perform pg_advisory_xact_lock(hashtextextended('pgmb.maintenance_step', 0));
    perform from pgmb.dispatcher for update;
  end if;
end
$$;

-- schema/remember_grants.sql
-- Functions that a migration has to make anew keep what others were granted.
do $$
begin
  perform set_config(
    'pgmb.grants',
    (
      select coalesce(jsonb_agg(jsonb_build_array(
        p.oid::regprocedure::text, a.grantee::regrole::text || case when a.is_grantable then ' with grant option' else '' end
      )), '[]')::text
      from pg_proc p cross join lateral aclexplode(p.proacl) a
      where p.pronamespace = 'pgmb'::regnamespace and a.grantee not in (0, p.proowner)
    ),
    true
  );
end
$$;

-- migrations/0.1.0-0.2.0.sql
do $migrate$
begin
  if current_setting('pgmb.schema_found') = '0.1.0' then
    execute $migration$
-- An enum loses no label, and one that it is given cannot be used before the transaction ends: the type is made anew.
drop function pgmb.get_config_value(pgmb.config_type);
alter table pgmb.config drop constraint config_value_check;
delete from pgmb.config where id = 'schema_checksum';

alter type pgmb.config_type rename to config_type_0_1_0;
create type pgmb.config_type as enum (
  'plugin_version',
  'oldest_client',
  'partition_retention_period',
  'partition_interval',
  'future_intervals_to_create',
  'poll_chunk_size',
  'partition_retention_cap',
  'use_pg_cron',
  'pg_cron_poll_for_events_cron',
  'pg_cron_partition_maintenance_cron',
  'condition_time_limit'
);
alter table pgmb.config alter column id type pgmb.config_type using id::text::pgmb.config_type;
drop type pgmb.config_type_0_1_0;

alter table pgmb.config add constraint config_value_check check (
  coalesce(
    case id
      when 'partition_retention_period' then value::interval >= interval '0'
      when 'partition_interval' then value::interval >= interval '1 minute'
      when 'future_intervals_to_create' then value::int between 0 and 1000
      when 'poll_chunk_size' then value::int > 0
      when 'partition_retention_cap' then coalesce(value::interval >= interval '0', true)
      when 'use_pg_cron' then value in ('true', 'false')
      when 'pg_cron_poll_for_events_cron' then value ~ '\S'
      when 'pg_cron_partition_maintenance_cron' then value ~ '\S'
      when 'condition_time_limit' then value::interval between interval '100 ms' and interval '10 minutes'
      else true
    end,
    false
  )
);

alter table pgmb.subscriptions
  add column expiry_interval interval,
  add column last_active_at timestamptz not null default now();

alter table pgmb.events add constraint events_id_check check (octet_length(id) <= 255);
alter table pgmb.subscription_groups add constraint subscription_groups_id_check check (octet_length(id) <= 1000);

-- eras
drop function pgmb.has_undispatched_events(pg_snapshot);
-- What these did is done by others now, or with another result.
drop function pgmb.replace_catch_all(regclass, text, text);
drop function pgmb.close_events_partition(timestamptz);
drop function pgmb.clean_up(timestamptz);

-- Conditions are no longer compiled, and what they fail on becomes a dead letter. The view keeps its columns, which older nodes
-- ask for.
drop function pgmb.assign_events(pgmb.ticks);
drop function pgmb.match_condition(bigint, pgmb.ticks);
create or replace view pgmb.group_status as
select
  g.id as group_id,
  g.no as group_no,
  p.position,
  h.head,
  h.head - p.position as lag,
  o.node as owner,
  o.epoch,
  coalesce(pgmb.is_lease_valid(n.renewed_at, n.lease), false) as owner_alive,
  0::bigint as match_failures,
  g.declaration
from pgmb.subscription_groups g
cross join lateral (select pgmb.group_position(g.no) as position) p
cross join lateral (select pgmb.group_head(g.no) as head) h
left join pgmb.group_owner o on o.group_no = g.no
left join pgmb.nodes n on n.node = o.node;
drop table pgmb.match_failures;
do $conditions$
declare
  compiled regprocedure;
begin
  for compiled in
    select p.oid from pg_proc p where p.pronamespace = 'pgmb'::regnamespace and p.proname ~ '^condition_\d+$'
  loop
    execute 'drop function ' || compiled;
  end loop;
end
$conditions$;

-- Conditions that call nothing of anybody else are evaluated together.
alter table pgmb.conditions add column joint boolean;
drop function pgmb.check_condition(text);
-- Each owner sees a row to go on from.
insert into pgmb.progress (group_no, generation, from_pos, to_pos)
select o.group_no, 1, -1, 0 from pgmb.group_owner o
where not exists (select from pgmb.progress p where p.group_no = o.group_no);
$migration$;
    perform set_config('pgmb.schema_found', '0.2.0', true);
  end if;
end
$migrate$;

-- schema/reached.sql
do $$
begin
  if current_setting('pgmb.schema_found') not in ('', current_setting('pgmb.schema_version')) then
    raise exception 'no migration leads from version % to %',
        current_setting('pgmb.schema_found'), current_setting('pgmb.schema_version')
      using errcode = 'PM008', hint = 'Was this schema installed from a released script?';
  end if;
end
$$;

-- what can be configured

-- config/config.sql
-- Settings that belong to the database rather than to a node. Changes take effect on the fly.
do $$
begin
  if to_regtype('pgmb.config_type') is null then
    create type pgmb.config_type as enum (
      'plugin_version',
      'oldest_client',
      'partition_retention_period',
      'partition_interval',
      'future_intervals_to_create',
      'poll_chunk_size',
      'partition_retention_cap',
      'use_pg_cron',
      'pg_cron_poll_for_events_cron',
      'pg_cron_partition_maintenance_cron',
      'condition_time_limit'
    );
  end if;
end
$$;

create table if not exists pgmb.config (
  id pgmb.config_type primary key,
  value text,
  -- What would stop dispatch or maintenance is refused when it is set, not found out later.
  constraint config_value_check check (
    coalesce(
      case id
        when 'partition_retention_period' then value::interval >= interval '0'
        when 'partition_interval' then value::interval >= interval '1 minute'
        when 'future_intervals_to_create' then value::int between 0 and 1000
        when 'poll_chunk_size' then value::int > 0
        when 'partition_retention_cap' then coalesce(value::interval >= interval '0', true)
        when 'use_pg_cron' then value in ('true', 'false')
        when 'pg_cron_poll_for_events_cron' then value ~ '\S'
        when 'pg_cron_partition_maintenance_cron' then value ~ '\S'
        when 'condition_time_limit' then value::interval between interval '100 ms' and interval '10 minutes'
        else true
      end,
      false
    )
  )
);

insert into pgmb.config (id, value) values
  -- the version of this schema
  ('plugin_version', current_setting('pgmb.schema_version')),
  -- the oldest version whose nodes can work with this schema
  ('oldest_client', current_setting('pgmb.oldest_client')),
  -- how long events and ticks are kept at least
  ('partition_retention_period', '7 days'),
  -- how long at most they are kept for a group that has not read them, if longer than that; null: for ever
  ('partition_retention_cap', null),
  -- the time that one partition of the log covers; more than some 40 partitions make an idle tick slow
  ('partition_interval', '1 day'),
  -- how many partitions are made ahead of time
  ('future_intervals_to_create', '2'),
  -- the most events that one tick dispatches; less than 50,000 makes big backlogs slow, since each step sorts the rest
  ('poll_chunk_size', '50000'),
  -- whether pg_cron ticks and maintains, and nodes need not
  ('use_pg_cron', 'false'),
  -- how often it ticks: '<n> seconds', or a schedule as cron has it
  ('pg_cron_poll_for_events_cron', '1 second'),
  ('pg_cron_partition_maintenance_cron', '*/10 * * * *'),
  -- how long conditions may take in a tick whose caller limits it; one that takes that long for itself goes into quarantine
  ('condition_time_limit', '2 seconds')
on conflict (id) do nothing;

update pgmb.config c set value = current_setting(v.setting)
from (values
  ('plugin_version'::pgmb.config_type, 'pgmb.schema_version'), ('oldest_client', 'pgmb.oldest_client')
) v (id, setting)
where c.id = v.id and c.value is distinct from current_setting(v.setting);

-- config/get_config_value.sql
create or replace function pgmb.get_config_value(config_id pgmb.config_type) returns text
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select c.value from pgmb.config c where c.id = config_id;
end;

comment on function pgmb.get_config_value(pgmb.config_type) is
  'The value of a setting of this database; null if it is not set.';

-- the log

-- events/event_id.sql
-- Collation C: ids compare bytewise, so that text order is time order whatever the locale of the database.
do $$
begin
  if to_regtype('pgmb.event_id') is null then
    create domain pgmb.event_id as text collate "C";
    create domain pgmb.subscription_id as text collate "C";
  end if;
end
$$;

comment on domain pgmb.event_id is
  'pm, 13 hex digits of microseconds since the epoch, 9 hex digits that make it unique.';
comment on domain pgmb.subscription_id is
  'su, 13 hex digits of microseconds since the epoch, 9 hex digits that make it unique.';

-- events/create_event_id.sql
create or replace function pgmb.create_event_id(ts timestamptz, rand bigint) returns pgmb.event_id
language plpgsql immutable strict parallel safe
set search_path = pgmb, pg_temp
as $$
begin
  -- Cut to 36 bits, two different values could give one id.
  if rand not between 0 and 68719476735 then
    raise exception 'the suffix of an event id is between 0 and 68719476735, not %', rand
      using errcode = 'PM001', hint = 'pgmb.create_random_bigint().';
  end if;
  -- Cut to 13 digits, a moment beyond 2112 would give an id of the past, and one before 1970 an id of the future.
  return 'pm'
    || lpad(to_hex(least(greatest(extract(epoch from ts) * 1000000, 0), 4503599627370495)::bigint), 13, '0')
    || lpad(to_hex(rand), 9, '0');
end
$$;

comment on function pgmb.create_event_id(timestamptz, bigint) is
  'The event id of a moment (microseconds are kept) and a suffix from 0 to 16^9 - 1; suffix 0 sorts first. '
  'Moments before 1970 and after 2112-09-17 count as the first and the last one.';

-- events/extract_date_from_event_id.sql
create or replace function pgmb.extract_date_from_event_id(id pgmb.event_id) returns timestamptz
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  -- The interval keeps microseconds exact, which to_timestamp(double precision) does not.
  select '1970-01-01 00:00:00+00'::timestamptz
    + ('x' || lpad(substr(id, 3, 13), 16, '0'))::bit(64)::bigint * '1 microsecond'::interval;
end;

comment on function pgmb.extract_date_from_event_id(pgmb.event_id) is
  'The moment that an event id was made from.';

-- events/events.sql
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

-- events/create_random_bigint.sql
create or replace function pgmb.create_random_bigint() returns bigint
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- No random number: of many ids of one moment, as a client makes them for later, two would be the same some day.
  select nextval('pgmb.id_suffix') & 68719476735;
end;

comment on function pgmb.create_random_bigint() is
  'A suffix for create_event_id that has not been used before: ids of one moment differ, and sort as they were made.';

-- events/read_events.sql
create or replace function pgmb.read_events(event_ids pgmb.event_id[]) returns setof pgmb.events
language sql stable
set search_path = pgmb, pg_temp
-- Each id is one probe, which prunes partitions; an array as a parameter would not.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
begin atomic
  select e.*
  from (select distinct u.id from unnest(event_ids) u (id)) u
  join pgmb.events e on e.id = u.id
  order by e.id;
end;

comment on function pgmb.read_events(pgmb.event_id[]) is
  'The events with these ids, ordered by id, each once; those that are not in the log (any more) are left out. Looks only '
  'into the partitions of the ids.';

-- events/window_events.sql
create or replace function pgmb.window_events(
  previous pg_snapshot, current pg_snapshot, after_seq bigint, to_seq bigint
) returns table (
  seq bigint, id pgmb.event_id, topic varchar, payload jsonb, metadata jsonb, subscription_id pgmb.subscription_id
)
language sql stable
begin atomic
  select e.seq, e.id, e.topic, e.payload, e.metadata, e.subscription_id
  from pgmb.events e
  where e.xact_id >= pg_snapshot_xmax(previous)
    and e.xact_id < pg_snapshot_xmax(current)
    and pg_visible_in_snapshot(e.xact_id, current)
    and e.seq > after_seq and e.seq <= to_seq
  union all
  select e.seq, e.id, e.topic, e.payload, e.metadata, e.subscription_id
  from pgmb.events e
  where e.xact_id = any (array(select pg_snapshot_xip(previous)))
    and pg_visible_in_snapshot(e.xact_id, current)
    and e.seq > after_seq and e.seq <= to_seq;
end;

comment on function pgmb.window_events(pg_snapshot, pg_snapshot, bigint, bigint) is
  'The events that are visible in the current snapshot and were not in the previous one, in a range of seq, unordered. '
  'Two index ranges: transactions that began after the previous snapshot, and those that were in progress in it.';

-- ticks: what has committed since the last one


-- ticks/dispatch_snapshot.sql
create or replace function pgmb.dispatch_snapshot() returns pg_snapshot
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- pg_current_snapshot() never lists the caller's own transaction as in progress. Stored like that, events which this
  -- transaction publishes would count as dispatched.
  with s as (select pg_current_xact_id() as own, pg_current_snapshot() as now)
  select case
    when s.own >= pg_snapshot_xmax(s.now) then s.now
    else format(
      '%s:%s:%s',
      least(s.own, pg_snapshot_xmin(s.now)),
      pg_snapshot_xmax(s.now),
      (
        select string_agg(x.xid::text, ',' order by x.xid)
        from (select s.own as xid union select pg_snapshot_xip(s.now)) x
      )
    )::pg_snapshot
  end
  from s;
end;

comment on function pgmb.dispatch_snapshot() is
  'The current snapshot with the caller''s own transaction counted as in progress.';

-- ticks/ticks.sql
-- One row is all the dispatcher locks: a row lock ends with its transaction, so neither a pooler nor a stopped process can
-- hold it, as it could an advisory lock of the session. Locked, never updated: it does not bloat.
create table if not exists pgmb.dispatcher (
  only_row boolean primary key default true check (only_row)
);
insert into pgmb.dispatcher values (true) on conflict do nothing;

-- Append-only. A tick that finds nothing leaves no row: the window then simply begins at the same snapshot.
create table if not exists pgmb.ticks (
  id bigint primary key,
  -- ticks of another cluster, restored into this one, are of another era
  era int not null,
  -- dispatched is what is visible in snapshot and not in previous …
  previous pg_snapshot not null,
  snapshot pg_snapshot not null,
  -- … with a seq in (after_seq, to_seq]: a big window takes several ticks
  after_seq bigint not null,
  to_seq bigint not null,
  -- nothing of the window is left
  complete boolean not null,
  events int not null,
  ticked_at timestamptz not null default clock_timestamp()
);
do $$
begin
  -- "if not exists" would wait for an open tick before it finds the index.
  if to_regclass('pgmb.ticks_ticked_at_idx') is null then
    create index ticks_ticked_at_idx on pgmb.ticks (ticked_at);
  end if;
  -- by which the tick of an event is found
  if to_regclass('pgmb.ticks_snapshot_idx') is null then
    create index ticks_snapshot_idx on pgmb.ticks (era, pg_snapshot_xmax(snapshot), id);
  end if;
end
$$;

-- Everything that is visible at the installation counts as dispatched: there are no events yet.
insert into pgmb.ticks (id, era, previous, snapshot, after_seq, to_seq, complete, events)
select 0, 1, s.snapshot, s.snapshot, 0, 0, true, 0
from (select pgmb.dispatch_snapshot() as snapshot) s
where not exists (select from pgmb.ticks);

-- ticks/eras.sql
-- The clusters that this database has lived in, by a dump and a restore: each counts transactions in its own way, so that what
-- xact_id and snapshots say holds within an era only. The sequence goes on, and tells whose an event is.
create table if not exists pgmb.eras (
  era int primary key,
  -- events of this era have a seq above this one, those of earlier eras do not
  after_seq bigint not null,
  began_at timestamptz not null default clock_timestamp()
);
insert into pgmb.eras (era, after_seq) values (1, 0) on conflict do nothing;

comment on table pgmb.eras is
  'One row for each cluster in which this database has ticked. A second one appears with the first ticks after a restore.';

-- ticks/tick_of.sql
create or replace function pgmb.tick_of(xact_id xid8, seq bigint) returns bigint
language sql stable
set search_path = pgmb, pg_temp
-- The planner cannot know that the first tick which may have dispatched it nearly always has.
set enable_seqscan = off
set enable_sort = off
set jit = off
begin atomic
  select t.id
  from (
    select t.* from pgmb.ticks t
    where t.era = (select max(r.era) from pgmb.eras r where r.after_seq < tick_of.seq)
      and pg_snapshot_xmax(t.snapshot) > tick_of.xact_id
      and pg_visible_in_snapshot(tick_of.xact_id, t.snapshot)
      and t.to_seq >= tick_of.seq
    order by pg_snapshot_xmax(t.snapshot), t.id limit 1
  ) t
  -- else by one that is no longer there
  where not pg_visible_in_snapshot(tick_of.xact_id, t.previous) and t.after_seq < tick_of.seq;
end;

comment on function pgmb.tick_of(xid8, bigint) is
  'The number of the tick that dispatched an event of this transaction with this seq; null if none has yet, or if it is no '
  'longer there.';

-- ticks/is_restored.sql
create or replace function pgmb.is_restored(tick bigint) returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select
    pg_snapshot_xmax(t.snapshot) > pg_snapshot_xmax(pg_current_snapshot())
    -- This cluster may have come farther before the first tick. Whatever transaction wrote the row here had not ended when a
    -- snapshot of this cluster was taken for it.
    or pg_visible_in_snapshot((n.next - mod(n.next - t.xmin::text::bigint, 4294967296))::text::xid8, t.snapshot)
  from pgmb.ticks t
  -- xmin is the lower half of an xid8: of the candidates, the one that is less than 2^31 from now.
  cross join lateral (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 2147483648 as next) n
  where t.id = tick;
end;

comment on function pgmb.is_restored(bigint) is
  'Whether the snapshot of this tick was taken in another cluster, whose transactions were ahead of those here: the database '
  'was restored from a dump. Not so after pg_upgrade, a promotion or a physical restore, which keep the numbers.';

-- ticks/is_outdated.sql
create or replace function pgmb.is_outdated(last pgmb.ticks) returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select last.era > 1
    and pg_snapshot_xmax(pg_current_snapshot())::text::bigint - pg_snapshot_xmax(last.snapshot)::text::bigint > 10000;
end;

comment on function pgmb.is_outdated(pgmb.ticks) is
  'Whether a tick is written though it finds nothing: restored events lie between the snapshots of this cluster, and each '
  'idle tick would step over all of them since the last one.';

-- ticks/restored_seq.sql
create or replace function pgmb.restored_seq(last pgmb.ticks) returns bigint
language sql stable
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
begin atomic
  with own as (
    select pg_current_xact_id_if_assigned() as xid, pg_snapshot_xmax(pg_current_snapshot()) as next
  )
  select greatest(
    (select max(t.to_seq) from pgmb.ticks t),
    (select max(e.after_seq) from pgmb.eras e),
    -- of what no tick has dispatched, what this cluster cannot have published
    (
      select max(e.seq) from pgmb.events e, own
      where e.xact_id >= greatest(pg_snapshot_xmax(last.previous), own.next) and e.xact_id is distinct from own.xid
    ),
    (
      select max(e.seq) from pgmb.events e, own
      where e.xact_id = any (array(select pg_snapshot_xip(last.previous)))
        and e.xact_id >= own.next and e.xact_id is distinct from own.xid
    )
  );
end;

comment on function pgmb.restored_seq(pgmb.ticks) is
  'After a restore: a seq up to which all events are restored ones, while those above have not been dispatched, and will be '
  'seen by snapshots of this cluster. What is published here lies above, since the sequence is restored with its value.';

-- ticks/next_window.sql
create or replace function pgmb.next_window(last pgmb.ticks, restored boolean) returns pgmb.ticks
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  everything constant pg_snapshot := '9223372036854775807:9223372036854775807:';
  nothing constant pg_snapshot := '1:1:';
  step pgmb.ticks;
begin
  step.id := last.id + 1;
  step.era := last.era;
  step.previous := last.snapshot;
  step.after_seq := (select e.after_seq from pgmb.eras e where e.era = last.era);
  step.to_seq := case when restored then pgmb.restored_seq(last) else 9223372036854775807 end;
  if not last.complete then
    step.previous := last.previous;
    step.snapshot := last.snapshot;
    step.after_seq := last.to_seq;
  elsif not restored then
    step.snapshot := pgmb.dispatch_snapshot();
  elsif last.snapshot::text <> everything::text then
    -- What the other cluster had not dispatched: by its last snapshot, up to a seq that nobody adds to any more.
    step.snapshot := everything;
  else
    insert into pgmb.eras (era, after_seq) values (last.era + 1, step.to_seq);
    raise warning 'pgmb: this database was restored from another cluster; era % begins', last.era + 1
      using detail = format('All events up to seq %s are of an earlier era, and dispatched.', step.to_seq);
    step.era := last.era + 1;
    step.previous := nothing;
    step.snapshot := pgmb.dispatch_snapshot();
    step.after_seq := step.to_seq;
    step.to_seq := 9223372036854775807;
  end if;
  return step;
end
$$;

comment on function pgmb.next_window(pgmb.ticks, boolean) is
  'The window that follows on the last tick, with the highest seq that it may reach to: the rest of an unfinished one, else '
  'what has committed since. After a restore: what is left of the old era, and then the first window of a new one.';

-- ticks/likely_bounds.sql
create or replace function pgmb.likely_bounds(step pgmb.ticks, chunk bigint) returns bigint[]
language plpgsql stable
set search_path = pgmb, pg_temp
-- As in tick.
set enable_seqscan = off
set jit = off
as $$
declare
  last bigint := (select s.last_value from pgmb.event_seq s);
  ended xid8[] := array(
    select p.xact_id from pg_snapshot_xip(step.previous) p (xact_id) where pg_visible_in_snapshot(p.xact_id, step.snapshot)
  );
  firsts bigint[] := '{}';
begin
  -- Of those that were in progress in the previous snapshot: they may reach back far.
  if cardinality(ended) > 0 then
    firsts := firsts || (
      select min(e.seq)
      from unnest(ended) p (xact_id)
      cross join lateral (
        select e.seq from pgmb.events e where e.xact_id = p.xact_id and e.seq > step.after_seq order by e.seq limit 1
      ) e
    );
  end if;
  -- Of the others: the first one by transaction need not be the lowest by seq, but is near it.
  if (last - (select t.to_seq from pgmb.ticks t where t.id = step.id - 1)) / 2 > chunk then
    firsts := firsts || (
      select e.seq from pgmb.events e
      where e.xact_id >= pg_snapshot_xmax(step.previous)
        and e.xact_id < pg_snapshot_xmax(step.snapshot)
        and pg_visible_in_snapshot(e.xact_id, step.snapshot)
        and e.seq > step.after_seq
      order by e.xact_id, e.seq limit 1
    );
  end if;
  return array(select f.seq - 1 + chunk from unnest(firsts) f (seq) where (last - f.seq) / 2 > chunk order by f.seq);
end
$$;

comment on function pgmb.likely_bounds(pgmb.ticks, bigint) is
  'In a window in which many events may wait: up to which numbers a step of so many events is likely to reach. Guesses, '
  'of which nothing depends but the time it takes; none if few wait.';

-- ticks/cut_step.sql
create or replace function pgmb.cut_step(
  step pgmb.ticks, is_rest boolean, out to_seq bigint, out events int, out complete boolean, out highest_id pgmb.event_id,
  out has_retries boolean
)
language plpgsql stable
set search_path = pgmb, pg_temp
-- As in tick.
set enable_seqscan = off
set jit = off
as $$
declare
  chunk bigint := pgmb.step_size();
  bounds bigint[];
  bound bigint;
  found_here record;
begin
  to_seq := step.after_seq;
  events := 0;
  has_retries := false;
  -- A step is cut by seq, never by transaction: that would break the order. The next numbers are mostly all there; then it is
  -- not necessary to look at all that waits, of which the index tells what lies beyond a bound. In the rest of a window they
  -- begin where the last step has ended, unless there is a gap.
  bounds := case when is_rest then array[step.after_seq + chunk] else pgmb.likely_bounds(step, chunk) || step.to_seq end;
  loop
    bound := least(bounds[1], step.to_seq);
    bounds := bounds[2:];
    select max(w.seq) as to_seq, count(*) as events, max(w.id) as highest_id, bool_or(w.topic = 'pgmb-retry') as has_retries
      into found_here
      from (
        select e.seq, e.id, e.topic from pgmb.window_events(step.previous, step.snapshot, step.after_seq, bound) e
        order by e.seq limit chunk - events
      ) w;
    if found_here.events > 0 then
      to_seq := found_here.to_seq;
      events := events + found_here.events;
      highest_id := greatest(highest_id, found_here.highest_id);
      has_retries := has_retries or found_here.has_retries;
    end if;
    exit when events >= 0.75 * chunk or bound = step.to_seq;
    step.after_seq := greatest(step.after_seq, bound);
    if cardinality(bounds) = 0 then
      bounds := pgmb.likely_bounds(step, chunk) || step.to_seq;
    end if;
  end loop;
  complete := bound = step.to_seq and events < chunk;
end
$$;

comment on function pgmb.cut_step(pgmb.ticks, boolean) is
  'How far one tick goes in a window that may reach to step.to_seq: pgmb.step_size() events, or somewhat fewer; the highest of '
  'their ids, whether there are retries among them, and whether nothing of the window is left.';

-- ticks/has_foreign_events.sql
create or replace function pgmb.has_foreign_events() returns boolean
language sql stable
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
begin atomic
  select not (select pgmb.is_restored(max(t.id)) from pgmb.ticks t) and exists (
    select from pgmb.events e
    where e.xact_id >= pg_snapshot_xmax(pg_current_snapshot())
      and e.xact_id is distinct from pg_current_xact_id_if_assigned()
      and e.seq > (select max(r.after_seq) from pgmb.eras r)
  );
end;

comment on function pgmb.has_foreign_events() is
  'Whether this era has events that are there though no transaction of their number can have ended here.';

-- ticks/adopt_restored_events.sql
create or replace function pgmb.adopt_restored_events() returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
  adopted bigint := 0;
begin
  if pgmb.has_foreign_events() and current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
    -- No tick may dispatch them meanwhile, nor begin an era, which does it in its own way.
    perform from pgmb.dispatcher for update;
    if pgmb.has_foreign_events() then
      update pgmb.events e set xact_id = default
        where e.xact_id >= pg_snapshot_xmax(pg_current_snapshot())
          and e.xact_id is distinct from pg_current_xact_id_if_assigned()
          and e.seq > (select max(r.after_seq) from pgmb.eras r);
      get diagnostics adopted = row_count;
    end if;
  end if;
  return adopted;
end
$$;

comment on function pgmb.adopt_restored_events() is
  'Has the next tick dispatch events that were restored from a cluster whose last tick lies behind this cluster, but which '
  'themselves lie ahead of it: else they would wait until its transactions have come that far. Returns how many there were.';

-- ticks/tick_trouble.sql
-- How many ticks have begun since the last one that came to its end: a sequence keeps what is rolled back.
create sequence if not exists pgmb.tick_attempts;

-- The only row is there while ticks do not get through.
create table if not exists pgmb.tick_trouble (
  only_row boolean primary key default true check (only_row),
  -- what the next tick may take at most; null for as much as configured
  most_events bigint,
  -- what the caller gives it; null for as much as configured
  time_limit interval,
  -- how many milliseconds conditions have run in vain since the last tick that got through
  lost_ms jsonb not null default '{}',
  -- the condition that the next tick evaluates alone, to see whether it survives that
  examined bigint
);

-- ticks/has_undispatched_events.sql
create or replace function pgmb.has_undispatched_events(since pg_snapshot, after_seq bigint) returns boolean
language sql stable
set search_path = pgmb, pg_temp
-- Tables that were never analysed must not turn two index probes into scans of the log.
set enable_seqscan = off
set jit = off
begin atomic
  select exists (
    select from pgmb.events e
    where e.xact_id >= pg_snapshot_xmax(since)
      -- visible is less, but says so to no index: restored events may have any number
      and e.xact_id < pg_snapshot_xmax(pg_current_snapshot())
      and pg_visible_in_snapshot(e.xact_id, pg_current_snapshot())
      and e.seq > after_seq
  ) or exists (
    select from pgmb.events e
    where e.xact_id = any (array(select pg_snapshot_xip(since)))
      and pg_visible_in_snapshot(e.xact_id, pg_current_snapshot())
      and e.seq > after_seq
  );
end;

comment on function pgmb.has_undispatched_events(pg_snapshot, bigint) is
  'Whether anything of an era, which begins after this seq, has committed that a tick after this snapshot would dispatch. '
  'Takes no lock and writes nothing.';

-- ticks/is_time_up.sql
create or replace function pgmb.is_time_up() returns boolean
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- The limit runs from the first message of a statement on, its timestamp may be that of a later one.
  select t.time_limit > interval '0' and clock_timestamp() - statement_timestamp() >= t.time_limit * 0.9
  from (select current_setting('statement_timeout')::interval as time_limit) t;
end;

comment on function pgmb.is_time_up() is
  'Whether a statement that was cancelled has reached its statement_timeout, or else somebody has cancelled it.';

-- ticks/limit_tick.sql
create or replace function pgmb.limit_tick() returns void
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  select set_config(
    'statement_timeout',
    (extract(epoch from coalesce(
      (select t.time_limit from pgmb.tick_trouble t), pgmb.get_config_value('condition_time_limit')::interval
    )) * 1000)::bigint::text,
    true
  );
end;

comment on function pgmb.limit_tick() is
  'Limits the statements that follow in this transaction, and so the tick among them: without a limit a condition that takes '
  'for ever stops all dispatch. As one message: select pgmb.limit_tick(); select pgmb.tick().';

-- ticks/step_size.sql
create or replace function pgmb.step_size() returns bigint
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select least(pgmb.get_config_value('poll_chunk_size')::bigint, (select t.most_events from pgmb.tick_trouble t));
end;

comment on function pgmb.step_size() is
  'How many events the next tick takes at most: fewer after one that was cut off.';

-- ticks/get_through.sql
create or replace function pgmb.get_through() returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- Slowly, so that what was cut off is not cut off again.
  update pgmb.tick_trouble t set
    lost_ms = '{}',
    time_limit = case
      when clock_timestamp() - statement_timestamp() >= pgmb.get_config_value('condition_time_limit')::interval / 2 then t.time_limit
    end,
    most_events = t.most_events * case
      when clock_timestamp() - statement_timestamp() < pgmb.get_config_value('condition_time_limit')::interval / 4 then 2 else 1
    end;
  delete from pgmb.tick_trouble t
    where t.examined is null and t.time_limit is null
      and coalesce(t.most_events, 9223372036854775807) >= pgmb.get_config_value('poll_chunk_size')::bigint;
end;

comment on function pgmb.get_through() is
  'A tick got through: if those before did not, the next one may take more.';

-- ticks/give_more_time.sql
create or replace function pgmb.give_more_time() returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  insert into pgmb.tick_trouble as t (time_limit) values (pgmb.get_config_value('condition_time_limit')::interval * 2)
  on conflict (only_row) do update set
    time_limit = coalesce(t.time_limit, pgmb.get_config_value('condition_time_limit')::interval) * 2;
end;

comment on function pgmb.give_more_time() is
  'A tick reached its time limit before any condition was evaluated: there is so much to dispatch that finding the next step '
  'takes longer. The next ticks have twice the time.';

-- what is due later

-- schedule/scheduled_events.sql
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

-- schedule/dispatched_retries.sql
-- What retries name is needed for as long as their own deliveries are there. Of the open partition of deliveries; those of the
-- others are in pgmb.closed_deliveries.
create table if not exists pgmb.dispatched_retries (
  tick bigint primary key,
  -- none of the events that its retries are to deliver again lies below
  min_event_id pgmb.event_id not null
);

-- schedule/schedule_fronts.sql
-- No event that is scheduled is due before the last one of these. Under a held snapshot, what has left the schedule stays in its
-- index for as long, and each idle tick would walk over all of it. Append-only for the same reason.
create table if not exists pgmb.schedule_fronts (
  no bigint generated always as identity primary key,
  due_at timestamptz not null
);

-- schedule/schedule_front.sql
create or replace function pgmb.schedule_front() returns timestamptz
language sql stable
begin atomic
  select coalesce((select f.due_at from pgmb.schedule_fronts f order by f.no desc limit 1), '-infinity');
end;

comment on function pgmb.schedule_front() is
  'A moment before which no scheduled event is due.';

-- schedule/is_event_id.sql
create or replace function pgmb.is_event_id(id text) returns boolean
language sql immutable parallel safe
begin atomic
  select id ~ '^pm[0-9a-f]{22}$';
end;

comment on function pgmb.is_event_id(text) is
  'Whether a text has the form of an event id, and so tells a time. The domain takes any text, and so does the log.';

-- schedule/lowest_retried_id.sql
create or replace function pgmb.lowest_retried_id(topic text, payload jsonb) returns pgmb.event_id
language sql immutable parallel safe
set search_path = pgmb, pg_temp
begin atomic
  -- Of whatever is no array of ids, nothing is named: a payload must not be able to stop a tick.
  select min(i.id::pgmb.event_id)
  from jsonb_array_elements(case when jsonb_typeof(payload -> 'ids') = 'array' then payload -> 'ids' else '[]' end) j (id)
  cross join lateral (select j.id #>> '{}' as id) i
  where topic = 'pgmb-retry' and jsonb_typeof(j.id) = 'string' and pgmb.is_event_id(i.id);
end;

comment on function pgmb.lowest_retried_id(text, jsonb) is
  'The lowest id of the events that a pgmb-retry is to deliver again; null for any other event, and for one whose payload '
  'names none.';

-- schedule/has_due_events.sql
create or replace function pgmb.has_due_events(current_ts timestamptz) returns boolean
language sql stable
set search_path = pgmb, pg_temp
-- As in has_undispatched_events.
set enable_seqscan = off
set jit = off
begin atomic
  select exists (select from pgmb.scheduled_events s where s.due_at >= pgmb.schedule_front() and s.due_at <= current_ts);
end;

comment on function pgmb.has_due_events(timestamptz) is
  'Whether a scheduled event is due: two index probes. Takes no lock and writes nothing.';

-- schedule/mend_schedule_front.sql
create or replace function pgmb.mend_schedule_front() returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
begin
  if exists (select from pgmb.scheduled_events s where s.due_at < pgmb.schedule_front())
    and current_setting('transaction_isolation') in ('read committed', 'read uncommitted')
  then
    -- No tick may move it on meanwhile.
    perform from pgmb.dispatcher for update;
    insert into pgmb.schedule_fronts (due_at) select min(s.due_at) from pgmb.scheduled_events s having count(*) > 0;
  end if;
end
$$;

comment on function pgmb.mend_schedule_front() is
  'Has ticks find what somebody has inserted into pgmb.scheduled_events, or changed there, by hand.';

-- schedule/postpone_events.sql
create or replace function pgmb.postpone_events(step pgmb.ticks, present pgmb.event_id) returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Each event is one probe of the log by its id, which also prunes partitions.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
declare
  postponed bigint;
  kept bigint;
  first_due timestamptz;
begin
  with future as materialized (
    select w.id from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.to_seq) w
    -- What tells no time is delivered at once.
    where w.id > present and pgmb.is_event_id(w.id)
  ), moved as (
    delete from pgmb.events e using future f where e.id = f.id returning e.*
  ), scheduled as (
    insert into pgmb.scheduled_events (id, topic, payload, metadata, subscription_id, seq, due_at, min_event_id)
    select m.id, m.topic, m.payload, m.metadata, m.subscription_id, m.seq, pgmb.extract_date_from_event_id(m.id),
      -- Of real subscriptions only: an event for nobody needs no others.
      case when m.subscription_id in (select s.id from pgmb.subscriptions s) then pgmb.lowest_retried_id(m.topic, m.payload) end
    from moved m
    on conflict (id) do nothing
    returning due_at
  )
  select (select count(*) from moved), (select count(*) from scheduled), (select min(due_at) from scheduled)
    into postponed, kept, first_due;
  -- The clock was set back.
  insert into pgmb.schedule_fronts (due_at) select first_due where first_due < pgmb.schedule_front();
  if kept < postponed then
    raise warning 'pgmb: % events were given ids of events that are scheduled already, and are ignored', postponed - kept;
  end if;
  return postponed;
end
$$;

comment on function pgmb.postpone_events(pgmb.ticks, pgmb.event_id) is
  'Moves those of a tick''s events that are due later than the present id from the log to pgmb.scheduled_events; returns how '
  'many. An id is of one event: a second one is ignored, as the log itself would refuse it.';

-- schedule/enter_due_events.sql
create or replace function pgmb.enter_due_events(current_ts timestamptz) returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
-- Whoever has inserted one of the ids into the log and not committed yet would stop all dispatch.
set lock_timeout = '100ms'
as $$
declare
  due bigint;
  entered bigint;
begin
  with due as materialized (
    select s.id from pgmb.scheduled_events s
    where s.due_at >= pgmb.schedule_front() and s.due_at <= current_ts
    order by s.due_at, s.seq
    -- Little enough for the time limit of a tick.
    limit least(pgmb.step_size(), 5000)
    -- Who is about to cancel one delays nobody.
    for update skip locked
  ), taken as (
    delete from pgmb.scheduled_events s using due d where s.id = d.id returning s.*
  ), entered as (
    -- seq is drawn in this order
    insert into pgmb.events (id, topic, payload, metadata, subscription_id)
    select t.id, t.topic, t.payload, t.metadata, t.subscription_id from taken t order by t.due_at, t.seq
    on conflict (id) do nothing
    returning id
  )
  select (select count(*) from taken), (select count(*) from entered) into due, entered;
  if entered < due then
    raise warning 'pgmb: % events were scheduled with ids of events that are in the log already, and are ignored', due - entered;
  end if;
  -- The dispatcher is locked, and what is scheduled from here on is due later, or moves the front back. An older snapshot may not
  -- show what others have scheduled.
  if due > 0 and current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
    insert into pgmb.schedule_fronts (due_at)
      select least(current_ts, (
        select s.due_at from pgmb.scheduled_events s where s.due_at >= pgmb.schedule_front() order by s.due_at limit 1
      ));
  end if;
  return due;
exception when lock_not_available then
  return 0;
end
$$;

comment on function pgmb.enter_due_events(timestamptz) is
  'Moves what is due back into the log, in the order in which it is due, at most 5,000 events; returns how many. They '
  'are events of the calling transaction, and so the next tick dispatches them. None while somebody else has an event of one of '
  'these ids in an open transaction.';

-- who receives what

-- conditions/text_hash.sql
create or replace function pgmb.text_hash(content text) returns bytea
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  select sha256(convert_to(content, 'UTF8'));
end;

comment on function pgmb.text_hash(text) is
  'SHA-256: what is equal by it may be taken for equal, so that long texts can be unique.';

-- conditions/conditions.sql
-- The distinct texts of conditions. Each that is not topical is evaluated once in a tick.
create sequence if not exists pgmb.condition_no;

create table if not exists pgmb.conditions (
  no bigint primary key default nextval('pgmb.condition_no'),
  text text not null,
  -- answered by pgmb.subscription_topics alone
  topical boolean not null,
  -- May be evaluated together with others: it calls nothing but functions of PostgreSQL and of this schema, which change nothing
  -- for those. Null if nobody has looked yet.
  joint boolean
);
do $$
begin
  -- "if not exists" would wait for open transactions that subscribe before it finds the index.
  if to_regclass('pgmb.conditions_text_idx') is null then
    -- By hash: the text may be longer than an index entry.
    create unique index conditions_text_idx on pgmb.conditions (pgmb.text_hash(text));
  end if;
end
$$;

-- conditions/quarantines.sql
-- Which subscriptions' conditions are not evaluated any more, and since when. No foreign key: its check would make a tick wait
-- for whoever deletes the subscription.
create table if not exists pgmb.quarantines (
  subscription_no bigint primary key,
  reason text not null check (reason in ('time limit', 'lost ticks', 'failures')),
  message text not null,
  -- not matched is everything from that tick on with a seq above
  tick bigint not null,
  after_seq bigint not null,
  since timestamptz not null default clock_timestamp()
);
comment on table pgmb.quarantines is
  'Subscriptions that receive nothing any more, since their condition took too long, ended ticks without a result, or failed '
  'on too many events. Released by pgmb.release_quarantine.';

-- conditions/condition_match.sql
-- That a condition is true for an event and a subscription, or the error that it raised for them.
do $$
begin
  if to_regtype('pgmb.condition_match') is null then
    create type pgmb.condition_match as (
      seq bigint, event_id text, subscription_no bigint, sqlstate text, message text
    );
  end if;
end
$$;

-- conditions/topic_matches.sql
create or replace function pgmb.topic_matches(topics jsonb, topic text) returns boolean
language sql immutable parallel safe
begin atomic
  -- Whatever is not an array of texts matches nothing, rather than fail on every event.
  select jsonb_typeof(topics) = 'array' and (topics ? topic or exists (
    select from jsonb_array_elements_text(case jsonb_typeof(topics) when 'array' then topics else '[]' end) t
    where t like '%.*' and starts_with(topic, left(t, -1)) and length(topic) >= length(t)
  ));
end;

comment on function pgmb.topic_matches(jsonb, text) is
  'Whether a topic is in an array of exact names and of prefixes that end in ".*".';

-- conditions/topic_keys.sql
create or replace function pgmb.topic_keys(topic text) returns table (key text, is_prefix boolean)
language sql immutable parallel safe
begin atomic
  select topic, false
  union all
  select left(topic, n), true
  -- A prefix is followed by something: "orders.*" does not match "orders.".
  from generate_series(1, length(topic) - 1) n
  where substr(topic, n, 1) = '.';
end;

comment on function pgmb.topic_keys(text) is
  'Under which keys subscriptions to this topic are found: the topic, and each of its prefixes that end in a dot.';

-- conditions/is_topical_condition.sql
create or replace function pgmb.is_topical_condition(conditions_sql text, out topical boolean, out prefixes boolean)
language sql immutable parallel safe
begin atomic
  select
    conditions_sql in (
      'pgmb.topic_matches(s.params -> ''topics'', e.topic)',
      's.params @> jsonb_build_object(''topics'', ARRAY[e.topic])'
    ),
    conditions_sql = 'pgmb.topic_matches(s.params -> ''topics'', e.topic)';
end;

comment on function pgmb.is_topical_condition(text) is
  'Whether a condition says nothing but that the topic is in params.topics, so that an index answers it; and whether '
  'entries that end in ".*" count as prefixes in it.';

-- conditions/names_that_run_code.sql
create or replace function pgmb.names_that_run_code() returns table (name text)
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  with recursive suspect (oid) as (
    -- PostgreSQL's own functions are pinned, and leave no dependency.
    select c.contypid from pg_constraint c
    where c.contypid <> 0 and exists (
      select from pg_depend d
      where d.classid = 'pg_constraint'::regclass and d.objid = c.oid
        and (d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)
          -- a check that casts to another type runs what that one does
          or d.refclassid = 'pg_type'::regclass and d.refobjid <> c.contypid)
    )
    union
    select r.rngtypid from pg_range r where r.rngcanonical <> 0 and r.rngcanonical >= 16384
    union
    select holder.oid
    from suspect s
    join (
      select t.oid, t.typelem as part from pg_type t
      union all
      select t.oid, t.typbasetype from pg_type t
      union all
      select c.reltype, a.atttypid from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      union all
      select r.rngtypid, r.rngsubtype from pg_range r
      union all
      select r.rngmultitypid, r.rngtypid from pg_range r
    ) holder on holder.part = s.oid and holder.oid <> 0
  ), calls as (
    -- Literals that are given to them take their types, which the text then need not name.
    select p.oid, p.proname, p.pronamespace from pg_proc p
    where p.oid >= 16384 and exists (
      select from suspect s where s.oid = p.prorettype or s.oid = any (coalesce(p.proallargtypes, p.proargtypes::oid[]))
    )
  )
  select n.name
  from (
    select t.typname::text, t.typnamespace from suspect s join pg_type t on t.oid = s.oid
    union all
    select c.proname::text, c.pronamespace from calls c
    union all
    select o.oprname::text, o.oprnamespace from pg_operator o join calls c on c.oid = o.oprcode
  ) n (name, namespace)
  where not pg_is_other_temp_schema(n.namespace);
end;

comment on function pgmb.names_that_run_code() is
  'What a text must not name, since its literals would run functions that a user has defined when it is merely analysed: '
  'domains with such checks, whatever contains one, and functions and operators that take or return them.';

-- conditions/is_self_contained.sql
create or replace function pgmb.is_self_contained(checked regprocedure) returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  -- What PostgreSQL brings is pinned, and leaves no dependency.
  select not exists (
    select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = checked
      and d.refclassid <> 'pg_namespace'::regclass
      and (d.refclassid <> 'pg_type'::regclass or d.refobjid not in ('pgmb.event_id'::regtype, 'pgmb.subscription_id'::regtype))
      and (d.refclassid <> 'pg_proc'::regclass or d.refobjid not in (
        select p.oid from pg_proc p
        where p.pronamespace = 'pgmb'::regnamespace
          and p.proname in ('topic_matches', 'extract_date_from_event_id', 'add_interval_imm')
      ))
  );
end;

comment on function pgmb.is_self_contained(regprocedure) is
  'Whether a function that was made of a condition uses nothing but functions, operators and types of PostgreSQL, and what this '
  'schema has for conditions: then none of them says that it changes nothing, and does.';

-- conditions/parse_condition.sql
create or replace function pgmb.parse_condition(conditions_sql text, out parsed text, out joint boolean)
language plpgsql volatile
set search_path = pgmb, pg_temp
set standard_conforming_strings = on
set check_function_bodies = on
as $parse$
declare
  form text;
  name text;
  -- of this backend, so that checks in two sessions do not meet
  checked text := format('pgmb.checked_condition_%s()', pg_backend_pid());
begin
  -- The quoted body of a function is parsed as a whole before the analysis ends at a table that nobody can make. No text is
  -- balanced in both forms unless it is one expression.
  foreach form in array array['(%s' || e'\n)', '(array[%s' || e'\n])[1]'] loop
    begin
      execute format('create function %s returns void language sql as %L', checked,
        'select from pg_catalog.pgmb_ends_here; select ' || replace(form, '%s', conditions_sql));
    exception when undefined_table then
      null;
    end;
  end loop;
  -- The analysis makes values of literals, with the rights of the owner of this schema.
  select t.name into name from pgmb.names_that_run_code() t
    where strpos(lower(replace(conditions_sql, '""', '"')), lower(t.name)) > 0 or conditions_sql ~* 'u&"' limit 1;
  if found then
    raise exception '% runs functions to check literals', name;
  end if;
  execute format('create function %s returns boolean language sql stable begin atomic select true from '
    '(select null::pgmb.event_id as id, null::varchar as topic, null::jsonb as payload, null::jsonb as metadata) e, '
    '(select null::pgmb.subscription_id as id, null::text as group_id, null::jsonb as params) s where (%s' || e'\n); end',
    checked, conditions_sql);
  select p.prosqlbody::text, pgmb.is_self_contained(p.oid::regprocedure) into parsed, joint
    from pg_proc p where p.oid = checked::regprocedure;
  execute 'drop function ' || checked;
end
$parse$;

comment on function pgmb.parse_condition(text) is
  'The parse tree of a condition, and whether it calls nothing of anybody else; an error unless the text is one boolean SQL '
  'expression over e and s. Executes nothing of it.';

-- conditions/error_position.sql
create or replace function pgmb.error_position(conditions_sql text, error_state text, error_message text) returns int
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  token record;
  stand_in text;
  tries int := 0;
  other text;
  expected text;
begin
  -- A function cannot ask for the position of an error that it has caught, only for its message. So this looks for the first
  -- of the tokens named there with which the text fails in the same way, or in that of another one in its place.
  for token in
    select t.content, t.start::int, trim(both '''"' from t.content) as name
    from (
      select m[1] as content, sum(length(m[1])) over (order by n) - length(m[1]) + 1 as start
      from regexp_matches(
        conditions_sql, '([[:alpha:]_][[:alnum:]_$]*|\d[\d.]*|''[^'']*''|"[^"]*"|[-+*/<>=~!@#%^&|`?]+|.)', 'g'
      ) with ordinality r (m, n)
    ) t
    where t.content !~ '^\s$'
    order by t.start
  loop
    continue when token.name = '' or strpos(lower(error_message), lower(token.name)) = 0;
    stand_in := case
      when token.content = '=' then '<>'
      when token.content in ('<>', '!=', '<', '>', '<=', '>=') then '='
      when token.content in ('-', '/', '%') then '*'
      when token.content in ('+', '*') then '-'
      when token.content ~ '^[-+*/<>=~!@#%^&|`?]+$' then '@#@#'
      when token.content like '''%' then '''pgmb_stand_in'''
      else 'pgmb_stand_in'
    end;
    other := trim(both '''' from stand_in);
    expected := case
      when token.name ~ '^\w+$' then regexp_replace(error_message, '\m' || token.name || '\M', other, 'gi')
      else replace(error_message, token.name, other)
    end;
    -- Any other token would be the wrong one there, too, where it is the grammar that ends.
    for n in 1 .. case when error_state = '42601' or expected = error_message then 1 else 2 end loop
      tries := tries + 1;
      begin
        perform pgmb.parse_condition(
          case n
            when 1 then left(conditions_sql, token.start + length(token.content) - 1)
            else overlay(conditions_sql placing stand_in from token.start for length(token.content))
          end);
      exception when others then
        if sqlerrm = (case n when 1 then error_message else expected end) then
          return token.start;
        end if;
      end;
    end loop;
    exit when tries >= 100;
  end loop;
  return case error_state when '42601' then length(conditions_sql) + 1 end;
end
$$;

comment on function pgmb.error_position(text, text, text) is
  'At which character of a condition its error is; null if it concerns the text as a whole.';

-- conditions/text_place.sql
create or replace function pgmb.text_place(content text, "position" int) returns text
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  select format(
    'line %s, column %s: %s>>>%s',
    length(b.before) - length(replace(b.before, e'\n', '')) + 1,
    length(b.on_line) + 1,
    right(b.on_line, 60),
    left(split_part(substr(content, "position"), e'\n', 1), 60)
  )
  from (
    select left(content, "position" - 1) as before, substring(left(content, "position" - 1) from '[^\n]*$') as on_line
  ) b;
end;

comment on function pgmb.text_place(text, int) is
  'Where a character of a text is, for people: line, column, and what stands around it, with >>> in front of it.';

-- conditions/check_condition.sql
create or replace function pgmb.check_condition(conditions_sql text) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  parsed record;
  place text;
  forbidden text;
begin
  begin
    parsed := pgmb.parse_condition(conditions_sql);
  exception when others then
    place := pgmb.text_place(conditions_sql, pgmb.error_position(conditions_sql, sqlstate, sqlerrm));
    raise exception 'the condition is not valid: %', sqlerrm
      using errcode = 'PM002',
        detail = coalesce(place || e'\n', '') || format('condition: %s', conditions_sql),
        hint = 'Accepted is one boolean SQL expression over e (id, topic, payload, metadata) and s (id, group_id, params).';
  end;
  select string_agg(distinct f.oid::regprocedure::text, ', ') into forbidden
    from regexp_matches(parsed.parsed, ':(?:opfuncid|funcid|aggfnoid|winfnoid) (\d+)', 'g') m
    join pg_proc f on f.oid = m[1]::oid
    where f.provolatile = 'v' or f.proretset or f.proname ~ '_to_xml|^(repeat|lpad|rpad|format|array_fill|set_config|evaluate_conditions)$';
  if forbidden is not null or parsed.parsed ~ '\{SUBLINK' then
    raise exception 'the condition may not use %', coalesce(forbidden, 'a subquery')
      using errcode = 'PM002',
        detail = format('condition: %s', conditions_sql),
        hint = 'A condition depends on nothing but e and s: volatile and set-returning functions, subqueries and functions '
          'that can build values of any size are refused.';
  end if;
  return parsed.joint;
end
$$;

comment on function pgmb.check_condition(text) is
  'Raises PM002, with the place of the error, unless the text is one boolean SQL expression over e and s that depends on '
  'nothing else. Executes nothing of it. Returns whether it may be evaluated together with others.';

-- What an older version has taken was not asked for that.
do $$
declare
  condition record;
begin
  for condition in select c.no, c.text from pgmb.conditions c where c.joint is null loop
    begin
      update pgmb.conditions c set joint = pgmb.check_condition(condition.text) where c.no = condition.no;
    exception when others then
      -- It names what is not there any more, or would be refused today.
      update pgmb.conditions c set joint = false where c.no = condition.no;
    end;
  end loop;
end
$$;

-- conditions/create_condition.sql
create or replace function pgmb.create_condition(conditions_sql text) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  condition_no bigint;
begin
  select c.no into condition_no from pgmb.conditions c where pgmb.text_hash(c.text) = pgmb.text_hash(conditions_sql);
  if found then
    return condition_no;
  end if;
  insert into pgmb.conditions (text, topical, joint)
    values (conditions_sql, (pgmb.is_topical_condition(conditions_sql)).topical, pgmb.check_condition(conditions_sql))
    on conflict do nothing returning no into condition_no;
  return coalesce(condition_no, pgmb.create_condition(conditions_sql));
end
$$;

comment on function pgmb.create_condition(text) is
  'The number of a condition''s text, which is checked at its first use (PM002 says why it is refused). Security definer: '
  'whoever may subscribe need not be allowed to write conditions.';

-- subscriptions/subscription_groups.sql
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

-- subscriptions/subscription_identity.sql
create or replace function pgmb.subscription_identity(group_id text, conditions_sql text, params jsonb) returns text
language sql immutable parallel safe
set search_path = pgmb, pg_temp
begin atomic
  -- The lengths keep the parts apart whatever they contain.
  select encode(
    pgmb.text_hash(length(group_id) || ':' || group_id || length(conditions_sql) || ':' || conditions_sql || params::text),
    'hex'
  );
end;

comment on function pgmb.subscription_identity(text, text, jsonb) is
  'What makes a subscription unique: a hash of 256 bits of its group, condition and parameters.';

-- subscriptions/subscriptions.sql
create sequence if not exists pgmb.subscription_no;

create table if not exists pgmb.subscriptions (
  id pgmb.subscription_id primary key default (
    'su'
    || lpad(to_hex((date_part('epoch', clock_timestamp()) * 1000000)::bigint), 13, '0')
    || lpad(to_hex(nextval('pgmb.id_suffix') & 68719476735), 9, '0')
  ),
  no bigint not null unique default nextval('pgmb.subscription_no'),
  group_id text collate "C" not null references pgmb.subscription_groups on delete cascade,
  conditions_sql text not null default 'TRUE',
  params jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
  identity text not null unique generated always as (pgmb.subscription_identity(group_id, conditions_sql, params)) stored,
  condition_no bigint not null references pgmb.conditions,
  created_at timestamptz not null default clock_timestamp(),
  -- null: never, and so those of handlers. No index: each sign of life would write to all other indexes as well.
  expiry_interval interval,
  last_active_at timestamptz not null default now()
);

comment on table pgmb.subscriptions is
  'Which events a group receives. Assert one by insert … on conflict (identity) do update …; the text of the condition is '
  'checked then (PM002).';
comment on column pgmb.subscriptions.expiry_interval is
  'The subscription may be deleted when it was not active for so long; null for never. Always null for what a handler declares.';

-- The topics of topical subscriptions, by which a tick finds them with one probe for a distinct topic.
create table if not exists pgmb.subscription_topics (
  key text collate "C" not null,
  is_prefix boolean not null,
  subscription_no bigint not null references pgmb.subscriptions (no) on delete cascade,
  primary key (key, is_prefix, subscription_no)
);

do $$
begin
  -- "if not exists" would wait for open transactions that subscribe before it finds the indexes.
  if to_regclass('pgmb.subscriptions_group_idx') is null then
    create index subscriptions_group_idx on pgmb.subscriptions (group_id);
    create index subscriptions_condition_idx on pgmb.subscriptions (condition_no);
    create index subscriptions_params_idx on pgmb.subscriptions using gin (params);
    create index subscription_topics_subscription_idx on pgmb.subscription_topics (subscription_no);
  end if;
end
$$;

-- subscriptions/add_interval_imm.sql
create or replace function pgmb.add_interval_imm(tstz timestamptz, itvl interval) returns timestamptz
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  -- In UTC: the plain sum depends on the time zone of the session, where a day need not have 24 hours.
  select (tstz at time zone 'UTC' + itvl) at time zone 'UTC';
end;

comment on function pgmb.add_interval_imm(timestamptz, interval) is
  'The sum in UTC, the same whatever the time zone of the session: when a subscription expires that was active then.';

-- subscriptions/prepare_subscription.sql
create or replace function pgmb.prepare_subscription() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  new.condition_no := pgmb.create_condition(new.conditions_sql);
  return new;
end
$$;

comment on function pgmb.prepare_subscription() is
  'Trigger on subscriptions: checks the condition at its first use.';

do $$
begin
  if not exists (select from pg_trigger where tgname = 'prepare_subscription' and tgrelid = 'pgmb.subscriptions'::regclass) then
    create trigger prepare_subscription before insert or update of conditions_sql on pgmb.subscriptions
      for each row execute function pgmb.prepare_subscription();
  end if;
end
$$;

-- subscriptions/keep_declared_subscription.sql
create or replace function pgmb.keep_declared_subscription() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  -- A generated column has no value yet.
  if exists (
    select from pgmb.subscription_groups g
    where g.id = new.group_id
      and g.declaration = pgmb.subscription_identity(new.group_id, new.conditions_sql, new.params)
  ) then
    new.expiry_interval := null;
  end if;
  return new;
end
$$;

comment on function pgmb.keep_declared_subscription() is
  'Trigger on subscriptions: what a handler declares does not expire, whatever another client says of it.';

do $$
begin
  if not exists (
    select from pg_trigger where tgname = 'keep_declared_subscription' and tgrelid = 'pgmb.subscriptions'::regclass
  ) then
    create trigger keep_declared_subscription
      before insert or update of expiry_interval, group_id, conditions_sql, params on pgmb.subscriptions
      for each row when (new.expiry_interval is not null) execute function pgmb.keep_declared_subscription();
  end if;
end
$$;

-- subscriptions/index_subscription_topics.sql
create or replace function pgmb.index_subscription_topics() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- The check of the foreign key is planned once for a session, here; a scan of a table that was empty then would visit each row that it has since.
set enable_seqscan = off
set jit = off
as $$
begin
  if tg_op = 'UPDATE' then
    delete from pgmb.subscription_topics t where t.subscription_no = new.no;
  end if;
  insert into pgmb.subscription_topics (key, is_prefix, subscription_no)
  select distinct
    case when c.prefixes and t.topic like '%.*' then left(t.topic, -1) else t.topic end,
    c.prefixes and t.topic like '%.*',
    new.no
  from pgmb.is_topical_condition(new.conditions_sql) c
  cross join jsonb_array_elements(
    case when jsonb_typeof(new.params -> 'topics') = 'array' then new.params -> 'topics' else '[]' end
  ) j (topic)
  cross join lateral (select j.topic #>> '{}' as topic) t
  -- The topic of an event is no longer than that, and an index entry could not be.
  where c.topical and jsonb_typeof(j.topic) = 'string' and length(t.topic) <= 256;
  return null;
end
$$;

comment on function pgmb.index_subscription_topics() is
  'Trigger on subscriptions: keeps pgmb.subscription_topics.';

do $$
begin
  if not exists (
    select from pg_trigger where tgname = 'index_subscription_topics' and tgrelid = 'pgmb.subscriptions'::regclass
  ) then
    create trigger index_subscription_topics after insert or update of conditions_sql, params on pgmb.subscriptions
      for each row execute function pgmb.index_subscription_topics();
  end if;
end
$$;

-- what conditions say, and what becomes of those that fail

-- failures/dead_letters.sql
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

-- conditions/conditions_as_one.sql
create or replace function pgmb.conditions_as_one(conditions pgmb.conditions[]) returns text
language plpgsql immutable
set search_path = pgmb, pg_temp
as $$
declare
  middle int := cardinality(conditions) / 2;
begin
  if middle = 0 then
    return '(' || conditions[1].text || e'\n)';
  end if;
  return format('case when r.condition_no < %s then %s else %s end', conditions[middle + 1].no,
    pgmb.conditions_as_one(conditions[:middle]), pgmb.conditions_as_one(conditions[middle + 1:]));
end
$$;

comment on function pgmb.conditions_as_one(pgmb.conditions[]) is
  'An expression that is the condition of the subscription r, of these, which are in the order of their numbers. Of a hundred, seven '
  'comparisons find it.';

-- conditions/evaluate_conditions.sql
create or replace function pgmb.evaluate_conditions(
  conditions pgmb.conditions[], step pgmb.ticks, after_seq bigint, to_seq bigint, after_no bigint, to_no bigint,
  except_nos bigint[], out seqs bigint[], out event_ids text[], out subscription_nos bigint[]
)
language plpgsql stable
set search_path = pgmb, pg_temp
set standard_conforming_strings = on
-- It takes events for the same ones again and again until somebody has analysed the log, and compares payloads to find that out.
set enable_memoize = off
as $evaluate$
declare
  several boolean := cardinality(conditions) > 1;
begin
  -- Where the text stands, e and s are the nearest names; that it uses no farther one, and is one expression, has been checked.
  -- One text may be joined in any way that it allows. Of several, the plan is to visit each event once, whatever is known of how
  -- many there are: what is lateral and has an offset is the inner side.
  execute 'with receivers as ' || case when several then '' else 'not ' end || 'materialized ('
    'select r.no, r.condition_no, r.id, r.group_id, r.params from pgmb.subscriptions r '
    'where r.condition_no = any ($5) and r.no > $6 and r.no <= $7 and r.no <> all ($8) '
    'and not exists (select from pgmb.quarantines q where q.subscription_no = r.no)) '
    'select array_agg(w.seq), array_agg(w.id::text), array_agg(m.no) from pgmb.window_events($1, $2, $3, $4) w '
    'cross join lateral (select r.no from receivers r '
    'cross join lateral (select ' || pgmb.conditions_as_one(conditions) || ' as matches '
    'from (select w.id, w.topic, w.payload, w.metadata) e, (select r.id, r.group_id, r.params) s) c '
    'where c.matches' || case when several then ' offset 0' else '' end || ') m where w.subscription_id is null'
    into seqs, event_ids, subscription_nos
    using step.previous, step.snapshot, after_seq, to_seq, array(select c.no from unnest(conditions) c), after_no, to_no,
      except_nos;
end
$evaluate$;

comment on function
  pgmb.evaluate_conditions(pgmb.conditions[], pgmb.ticks, bigint, bigint, bigint, bigint, bigint[]) is
  'The matches of conditions among the events of a step with a seq in (after_seq, to_seq] and their subscriptions with a number '
  'in (after_no, to_no], but those in except_nos and in quarantine. The texts run with the rights of the caller.';

-- conditions/evaluate_in_sandbox.sql
-- It belongs to the sandbox role, if there is one: whoever installs need not be allowed to replace it, but owns the schema.
do $$
begin
  if exists (
    select from pg_proc p
    where p.pronamespace = 'pgmb'::regnamespace and p.proname = 'evaluate_in_sandbox' and not pg_has_role(p.proowner, 'usage')
  ) then
    drop function pgmb.evaluate_in_sandbox(pgmb.conditions[], pgmb.ticks, bigint, bigint, bigint, bigint, bigint[]);
  end if;
end
$$;

create or replace function pgmb.evaluate_in_sandbox(
  conditions pgmb.conditions[], step pgmb.ticks, after_seq bigint, to_seq bigint, after_no bigint, to_no bigint,
  except_nos bigint[], out seqs bigint[], out event_ids text[], out subscription_nos bigint[]
)
language plpgsql stable
security definer
set search_path = pgmb, pg_temp
as $$
begin
  select m.* into seqs, event_ids, subscription_nos
    from pgmb.evaluate_conditions(conditions, step, after_seq, to_seq, after_no, to_no, except_nos) m;
end
$$;

comment on function
  pgmb.evaluate_in_sandbox(pgmb.conditions[], pgmb.ticks, bigint, bigint, bigint, bigint, bigint[]) is
  'The same as pgmb.evaluate_conditions, with the rights of the sandbox role that owns it: to read what this query needs, and '
  'what PUBLIC may. Not to be called unless pgmb.is_sandboxed().';

-- conditions/is_sandboxed.sql
create or replace function pgmb.is_sandboxed() returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  -- A restore into a cluster that lacks the role leaves the function to whoever restores, which may be a superuser.
  select exists (
    select from pg_proc p join pg_roles r on r.oid = p.proowner
    where p.pronamespace = 'pgmb'::regnamespace and p.proname = 'evaluate_in_sandbox'
      and r.rolname ~ '^pgmb_reader_\d+$' and not r.rolsuper
  );
end;

comment on function pgmb.is_sandboxed() is
  'Whether conditions run as a role of their own, that may only read what they need. If not, they run with the rights of '
  'whoever ticks, in a transaction that is read-only meanwhile.';

-- conditions/halve_matching.sql
create or replace function pgmb.halve_matching(condition_no bigint, step pgmb.ticks, range bigint[], by_subscription boolean)
returns bigint[]
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  middle bigint;
begin
  select percentile_disc(0.5) within group (order by w.seq) into middle
    from pgmb.window_events(step.previous, step.snapshot, range[1], range[2]) w
    having count(*) > 1;
  if middle is not null then
    return array[[range[1], middle, range[3], range[4]], [middle, range[2], range[3], range[4]]];
  end if;
  select percentile_disc(0.5) within group (order by s.no) into middle
    from pgmb.subscriptions s
    where by_subscription and s.condition_no = halve_matching.condition_no and s.no > range[3] and s.no <= range[4]
    having count(*) > 1;
  return case when middle is not null then
    array[[range[1], range[2], range[3], middle], [range[1], range[2], middle, range[4]]]
  end;
end
$$;

comment on function pgmb.halve_matching(bigint, pgmb.ticks, bigint[], boolean) is
  'Two halves of what a condition failed on: of the events, until one stands alone, and then of the subscriptions, if wanted. '
  'Null if nothing is left to halve. A range is after_seq, to_seq, after_no, to_no.';

-- conditions/match_conditions.sql
create or replace function pgmb.match_conditions(
  conditions pgmb.conditions[], step pgmb.ticks, only_subscription bigint default null
) returns setof pgmb.condition_match
-- Stable, so that all conditions of a tick and the assignment of what they match see the same subscriptions.
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  only_condition bigint := conditions[1].no;
  middle int := cardinality(conditions) / 2;
  begun timestamptz := clock_timestamp();
  sandboxed boolean := pgmb.is_sandboxed();
  -- what is left, the next one first: events (after_seq, to_seq] for subscriptions (after_no, to_no]
  ranges bigint[] := array[
    [step.after_seq, step.to_seq, coalesce(only_subscription - 1, 0), coalesce(only_subscription, 9223372036854775807)]
  ];
  range bigint[];
  halves bigint[];
  matched record;
  failed boolean;
  state text;
  reason text;
  failed_nos bigint[] := '{}';
  hopeless_nos bigint[] := '{}';
begin
  while cardinality(ranges) > 0 loop
    range := array(select unnest(ranges[1:1]));
    ranges := ranges[2:];
    begin
      failed := false;
      -- Ends with this block. A condition cannot write, and results leave by variables only.
      perform set_config('transaction_read_only', 'on', true);
      if sandboxed then
        matched := pgmb.evaluate_in_sandbox(conditions, step, range[1], range[2], range[3], range[4], hopeless_nos);
      else
        matched := pgmb.evaluate_conditions(conditions, step, range[1], range[2], range[3], range[4], hopeless_nos);
      end if;
      -- Whatever a condition has set is undone with this block: it would stay with whoever ticks.
      raise sqlstate 'PM099';
    exception
      when sqlstate 'PM099' then
        null;
      -- Not the condition's fault, and gone the next time: the tick fails as a whole.
      when transaction_rollback or lock_not_available or disk_full or system_error then
        raise;
      when query_canceled then
        if middle > 0 then
          raise;
        end if;
        -- Whoever catches it ends the tick: in a statement it comes only once.
        raise query_canceled using message = sqlerrm, detail = jsonb_build_object(
          'condition', only_condition, 'ms', (extract(epoch from clock_timestamp() - begun) * 1000)::bigint);
      when others then
        failed := true;
        state := sqlstate;
        reason := left(sqlerrm, 1000);
    end;
    if not failed then
      return query
        select m.*, null::text, null::text from unnest(matched.seqs, matched.event_ids, matched.subscription_nos) m;
      continue;
    end if;
    if middle > 0 then
      return query select m.* from pgmb.match_conditions(conditions[:middle], step, only_subscription) m;
      return query select m.* from pgmb.match_conditions(conditions[middle + 1:], step, only_subscription) m;
      return;
    end if;
    halves := pgmb.halve_matching(only_condition, step, range, cardinality(failed_nos) < 1000);
    if halves is not null then
      ranges := halves || ranges;
      continue;
    end if;
    return query
      select w.seq, w.id::text, s.no, state, reason
      from pgmb.window_events(step.previous, step.snapshot, range[1], range[2]) w
      join pgmb.subscriptions s on s.condition_no = only_condition and s.no > range[3] and s.no <= range[4]
      where s.no <> all (hopeless_nos) and not exists (select from pgmb.quarantines q where q.subscription_no = s.no);
    failed_nos := failed_nos || array(
      select s.no from pgmb.subscriptions s
      where s.condition_no = only_condition and s.no > range[3] and s.no <= range[4] and s.no <> all (hopeless_nos));
    if only_subscription is null then
      -- One that fails on everything must not cost a subtransaction for each event.
      hopeless_nos := array(select n from unnest(failed_nos) n group by n having count(*) >= 20);
    elsif cardinality(failed_nos) >= 1000 then
      raise exception 'the condition fails on too many events: %', reason using errcode = state;
    end if;
  end loop;
end
$$;

comment on function pgmb.match_conditions(pgmb.conditions[], pgmb.ticks, bigint) is
  'The matches of conditions among a step''s events, and each event that one raised an error on, by subscription, in the order '
  'of seq; of all their subscriptions, or of one. Of all, one that failed on 20 events is left out of what comes after them. '
  'Several are evaluated together, unless an error is raised: then in halves, until the one that raises it is alone.';

-- conditions/conditions_in_use.sql
create or replace function pgmb.conditions_in_use() returns setof pgmb.conditions
language sql stable
begin atomic
  select c.* from pgmb.conditions c
  where not c.topical and exists (
    select from pgmb.subscriptions s
    where s.condition_no = c.no and not exists (select from pgmb.quarantines q where q.subscription_no = s.no)
  )
  -- What was cut off has all of the time for itself.
  order by exists (select from pgmb.tick_trouble t where t.lost_ms ? c.no::text) desc, c.no;
end;

comment on function pgmb.conditions_in_use() is
  'The conditions that a tick evaluates, in this order.';

-- conditions/condition_batches.sql
create or replace function pgmb.condition_batches(step pgmb.ticks) returns table (conditions pgmb.conditions[])
-- Planned once for a connection, which is more than half of what it costs.
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
begin
  return query
  select array_agg(b.condition order by (b.condition).no)
  from (
    select
      o.condition, o.n,
      case when o.joint then floor(sum(o.share) over (partition by o.joint order by o.n) - o.share) else -o.n end as batch
    from (
      select
        c as condition, row_number() over () as n,
        -- What looks only at the event is evaluated once for all who share the text, but only if that is alone. And whose fault it
        -- is that ticks do not get through is seen one by one.
        c.joint and s.subscriptions <= 4 and not exists (select from pgmb.tick_trouble) as joint,
        -- Plans grow with the texts, and what can match is held in memory.
        greatest(1 / 128.0, length(c.text) / 100000.0, s.subscriptions * step.events / 1000000.0) as share
      from pgmb.conditions_in_use() c
      cross join lateral (
        select count(*) as subscriptions from pgmb.subscriptions s where s.condition_no = c.no
      ) s
    ) o
  ) b
  group by b.batch
  order by min(b.n);
end
$$;

comment on function pgmb.condition_batches(pgmb.ticks) is
  'The conditions that a tick evaluates, in this order, and those together that are in one array, by number: at most 128, '
  'each for few subscriptions, and a million of pairs of an event and a subscription.';

-- conditions/quarantine_condition.sql
create or replace function pgmb.quarantine_condition(condition_no bigint, step pgmb.ticks, reason text, message text)
returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  insert into pgmb.quarantines (subscription_no, reason, message, tick, after_seq)
  select s.no, quarantine_condition.reason, quarantine_condition.message, step.id, step.after_seq
  from pgmb.subscriptions s where s.condition_no = quarantine_condition.condition_no
  on conflict do nothing;
end;

comment on function pgmb.quarantine_condition(bigint, pgmb.ticks, text, text) is
  'Leaves all subscriptions with this condition out, from the first event of a step on.';

-- conditions/record_failures.sql
create or replace function pgmb.record_failures(step pgmb.ticks, failures pgmb.condition_match[]) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
begin
  insert into pgmb.dead_letters as d (
    group_no, group_id, event_id, topic, payload, metadata, subscription_ids, reason, sqlstate, message, tick
  )
  select
    g.no, g.id, e.id, e.topic, e.payload, e.metadata, array_agg(s.id order by s.id), 'condition', min(f.sqlstate),
    min(f.message), step.id
  from unnest(failures) f
  join pgmb.subscriptions s on s.no = f.subscription_no
  join pgmb.subscription_groups g on g.id = s.group_id
  join pgmb.events e on e.id = f.event_id
  group by g.id, e.id
  on conflict (group_no, event_id) do update set
    subscription_ids = excluded.subscription_ids, reason = excluded.reason, sqlstate = excluded.sqlstate,
    message = excluded.message, tick = excluded.tick, failed_at = excluded.failed_at;
  insert into pgmb.quarantines (subscription_no, reason, message, tick, after_seq)
  select
    f.subscription_no, 'failures', min(f.message), step.id,
    -- After the 20th it was left out of the rest of the step.
    case when count(*) >= 20 then max(f.seq) else step.to_seq end
  from unnest(failures) f
  join pgmb.subscriptions s on s.no = f.subscription_no
  join pgmb.subscription_groups g on g.id = s.group_id
  group by f.subscription_no, g.no
  having count(*) >= 20 or (
    select count(*) >= 1000 from (
      select from pgmb.dead_letters d where d.group_no = g.no and d.reason = 'condition' limit 1000
    ) many
  )
  on conflict do nothing;
end
$$;

comment on function pgmb.record_failures(pgmb.ticks, pgmb.condition_match[]) is
  'Makes dead letters of the events that conditions failed on. A subscription that failed on 20 events of one tick, or whose '
  'group has 1,000 such dead letters, goes into quarantine.';

-- conditions/subscription_status.sql
create or replace view pgmb.subscription_status as
select
  s.id as subscription_id,
  s.group_id,
  s.conditions_sql,
  s.params,
  q.reason as quarantine,
  q.message,
  q.tick as since_tick,
  q.since
from pgmb.subscriptions s
left join pgmb.quarantines q on q.subscription_no = s.no;

comment on view pgmb.subscription_status is
  'Each subscription, and why its condition is not evaluated any more (quarantine is null if it is): since which tick, and when.';

-- conditions/release_quarantine.sql
create or replace function pgmb.release_quarantine(
  subscription_id pgmb.subscription_id, out after_event_id pgmb.event_id, out to_event_id pgmb.event_id
)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  missed pgmb.quarantines;
  next pgmb.ticks;
begin
  -- After the running tick, which leaves the subscription out, and before the next one.
  perform from pgmb.dispatcher for update;
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    -- A tick that an older snapshot does not show has the same key: 40001.
    select t.* into strict next from pgmb.ticks t order by t.id desc limit 1;
    next.id := next.id + 1;
    insert into pgmb.ticks select next.* on conflict do nothing;
    delete from pgmb.ticks t where t.id = next.id;
  end if;
  delete from pgmb.quarantines q using pgmb.subscriptions s
    where s.id = release_quarantine.subscription_id and q.subscription_no = s.no
    returning q.* into missed;
  if not found then
    raise exception 'subscription % is not in quarantine', subscription_id
      using errcode = 'PM014', hint = 'pgmb.subscription_status shows those that are.';
  end if;
  -- What stands before them in the order of dispatch: an event of the same tick, or the moment of the tick before.
  select coalesce(
    (
      select e.id from pgmb.ticks t
      cross join lateral pgmb.window_events(t.previous, t.snapshot, t.after_seq, missed.after_seq) e
      where t.id = missed.tick
      order by e.seq desc limit 1
    ),
    (select pgmb.create_event_id(t.ticked_at, 0) from pgmb.ticks t where t.id < missed.tick order by t.id desc limit 1)
  ) into after_event_id;
  select e.id into to_event_id
    from pgmb.ticks t
    cross join lateral pgmb.window_events(
      t.previous, t.snapshot, case t.id when missed.tick then missed.after_seq else t.after_seq end, t.to_seq
    ) e
    where t.id >= missed.tick
    order by t.id desc, e.seq desc limit 1;
end
$$;

comment on function pgmb.release_quarantine(pgmb.subscription_id) is
  'Evaluates the condition again, from the next tick on. What was not matched meanwhile is everything that was dispatched '
  'after after_event_id up to to_event_id, which is null if there was nothing: pgmb.replay_events(group_id, subscription_id, '
  'after_event_id, …) returns what the subscription would have received of it. PM014 if it is not in quarantine.';

-- what each group is to handle, and how far it is

-- nodes/nodes.sql
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

-- failures/retries.sql
-- What handlers have failed on and are to be given again. Rows are never changed: whoever settles one deletes it, and what of it
-- fails once more is a new one.
create table if not exists pgmb.retries (
  no bigint generated always as identity primary key,
  group_no bigint not null references pgmb.subscription_groups (no) on delete cascade,
  -- exactly those of the attempt that failed, in the order of the group
  event_ids pgmb.event_id[] not null,
  -- how many have failed; 0: none since they were split off or redriven
  attempts int not null,
  due_at timestamptz not null,
  -- the group is not to go on before it
  blocks boolean not null,
  -- of the last attempt; null if there was none
  message text,
  causes jsonb,
  first_failed_at timestamptz,
  failed_at timestamptz,
  -- none of those of event_ids that the log has to keep lies below; null if dead letters have a copy of each
  min_event_id pgmb.event_id,
  check (cardinality(event_ids) > 0)
);
comment on table pgmb.retries is
  'Events that wait for their next attempt. The engine that owns the group takes them when they are due: do not change rows by hand.';

do $$
begin
  -- "if not exists" would wait for open transactions before it finds the indexes.
  if to_regclass('pgmb.retries_due_idx') is null then
    create index retries_due_idx on pgmb.retries (group_no, due_at, no);
    create index retries_blocks_idx on pgmb.retries (group_no) where blocks;
    create index retries_min_event_id_idx on pgmb.retries (min_event_id);
  end if;
end
$$;

-- deliveries/subscription_events.sql
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

-- deliveries/progress.sql
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

-- deliveries/dropped_deliveries.sql
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

-- deliveries/group_head.sql
create or replace function pgmb.group_head(group_no bigint) returns bigint
language sql stable
begin atomic
  select greatest(
    (
      select d.last_position from pgmb.subscription_events d
      where d.group_no = group_head.group_no
      order by d.last_position desc limit 1
    ),
    (select h.head from pgmb.group_heads h where h.group_no = group_head.group_no),
    0
  );
end;

comment on function pgmb.group_head(bigint) is
  'The position of the last event that was assigned to a group; 0 if none was.';

-- deliveries/group_position.sql
create or replace function pgmb.group_position(group_no bigint) returns bigint
language sql stable
security definer
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(
    (
      select p.to_pos from pgmb.progress p
      where p.group_no = group_position.group_no
      order by p.generation desc, p.from_pos desc limit 1
    ),
    0
  );
end;

comment on function pgmb.group_position(bigint) is
  'How many of its events a group has acknowledged.';

-- deliveries/assign_events.sql
create or replace function pgmb.assign_events(
  step pgmb.ticks, out matches bigint, out group_nos bigint[], out failures pgmb.condition_match[]
)
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- One statement, and so one view of the subscriptions: a group whose condition is replaced meanwhile is matched by the old
  -- one or by the new one, but never by neither.
  with log as materialized (
    -- Topics are only compared for equality: sorted bytewise, that takes less.
    select w.seq, w.id, w.topic collate "C" as topic, w.subscription_id
    from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.to_seq) w
  ), receivers as materialized (
    -- once for a distinct topic, not for each event: inlined and without statistics, it could be searched anew for each
    select t.topic, r.group_no, array_agg(distinct r.id order by r.id) as subscription_ids
    from (select distinct l.topic from log l where l.subscription_id is null) t
    cross join pgmb.topic_keys(t.topic) k
    join pgmb.subscription_topics i on i.key = k.key and i.is_prefix = k.is_prefix
    join (
      select s.no, s.id, g.no as group_no from pgmb.subscriptions s join pgmb.subscription_groups g on g.id = s.group_id
    ) r on r.no = i.subscription_no
    group by t.topic, r.group_no
  ), others as materialized (
    select b.conditions from pgmb.condition_batches(step) b
  ), by_condition as materialized (
    select m.* from others o cross join lateral pgmb.match_conditions(o.conditions, step) m
  ), by_other as (
    -- by a condition, or because the event names the subscription
    select g.no as group_no, m.seq, m.id, array_agg(distinct s.id order by s.id) as subscription_ids
    from (
      select c.seq, c.event_id::pgmb.event_id as id, c.subscription_no from by_condition c where c.sqlstate is null
      union all
      select l.seq, l.id, r.no from log l join pgmb.subscriptions r on r.id = l.subscription_id
      where l.subscription_id is not null
    ) m
    join pgmb.subscriptions s on s.no = m.subscription_no
    join pgmb.subscription_groups g on g.id = s.group_id
    group by g.no, m.seq, m.id
  ), audiences as (
    -- Groups that receive the same events, each for one set of subscriptions, are served together: all that follows is done
    -- once, for the first of them.
    select min(a.group_no) over (partition by a.topics, a.alone) as audience, a.group_no, a.subscription_ids
    from (
      select
        r.group_no, array_agg(r.topic order by r.topic) as topics, min(r.subscription_ids) as subscription_ids,
        case
          when min(r.subscription_ids) <> max(r.subscription_ids) or r.group_no in (select o.group_no from by_other o)
          then r.group_no
        end as alone
      from receivers r group by r.group_no
    ) a
  ), members as materialized (
    select a.audience, a.group_no, case when a.group_no <> a.audience then a.subscription_ids end as subscription_ids
    from audiences a
    union
    select o.group_no, o.group_no, null from by_other o
  ), by_topic as (
    select r.group_no as audience, l.seq, l.id, r.subscription_ids
    -- Nothing is known of how many rows there are, and a nested loop would take quadratic time: a full join is never one, as
    -- long as no condition makes the planner take it for an inner one. None of these is taken for that.
    from log l full join receivers r on r.topic = l.topic
    where l.subscription_id is null and coalesce(l.seq, 0) > 0
      and case when r.group_no in (select m.audience from members m) then true else false end
  ), matched as (
    select
      audience, seq, coalesce(t.id, o.id) as id,
      case
        when o.id is null then t.subscription_ids
        when t.id is null then o.subscription_ids
        else array(select unnest(t.subscription_ids) union select unnest(o.subscription_ids) order by 1)
      end as subscription_ids
    from by_topic t full join (select o.group_no as audience, o.seq, o.id, o.subscription_ids from by_other o) o
      using (audience, seq)
  ), numbered as (
    select
      m.*,
      row_number() over in_group as n,
      m.subscription_ids is distinct from lag(m.subscription_ids) over in_group as starts_run
    from matched m
    window in_group as (partition by m.audience order by m.seq)
  ), runs as (
    -- of events that go to the same subscriptions
    select n.*, max(n.n) filter (where n.starts_run) over (partition by n.audience order by n.seq) as run
    from numbered n
  ), rows as (
    select
      r.audience, max(r.n) as last_n, array_agg(r.id order by r.n) as event_ids, min(r.subscription_ids) as subscription_ids
    from runs r
    group by r.audience, r.run, (r.n - r.run) / 64
  ), heads as materialized (
    -- once for a group: inlined, the head would be looked up for every row
    select m.audience, m.group_no, m.subscription_ids, pgmb.group_head(m.group_no) as head from members m
  ), inserted as (
    insert into pgmb.subscription_events as d (group_no, last_position, tick, attempt, event_ids, subscription_ids)
    select h.group_no, h.head + r.last_n, step.id, 0, r.event_ids, coalesce(h.subscription_ids, r.subscription_ids)
    from rows r full join heads h on h.audience = r.audience
    where coalesce(r.last_n, 0) > 0 and coalesce(h.group_no, 0) > 0
    returning d.group_no, cardinality(d.event_ids)::bigint * cardinality(d.subscription_ids) as matches
  )
  select
    coalesce(sum(i.matches), 0)::bigint,
    coalesce(array_agg(distinct i.group_no), '{}'),
    (
      select array_agg((c.seq, c.event_id, c.subscription_no, c.sqlstate, c.message)::pgmb.condition_match)
      from by_condition c where c.sqlstate is not null
    )
  from inserted i;
end;

comment on function pgmb.assign_events(pgmb.ticks) is
  'Writes the deliveries of one tick''s events: what topics, named subscriptions and all other conditions say. failures '
  'is what conditions failed on; null for nothing.';

-- schedule/lowest_needed_id.sql
create or replace function pgmb.lowest_needed_id(
  previous pg_snapshot, current pg_snapshot, after_seq bigint, to_seq bigint
) returns pgmb.event_id
language sql stable
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
begin atomic
  select min(pgmb.lowest_retried_id(w.topic, w.payload))
  from pgmb.window_events(previous, current, after_seq, to_seq) w
  -- Of real subscriptions only: an event for nobody needs no others.
  where w.topic = 'pgmb-retry' and w.subscription_id in (select s.id from pgmb.subscriptions s);
end;

comment on function pgmb.lowest_needed_id(pg_snapshot, pg_snapshot, bigint, bigint) is
  'The lowest id of the events that the retries of a window are to deliver again; null if there are none.';

-- ticks/cut_off.sql
create or replace function pgmb.cut_off(step pgmb.ticks, condition_no bigint, ms bigint) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  configured interval := pgmb.get_config_value('condition_time_limit')::interval;
  lost bigint;
begin
  insert into pgmb.tick_trouble as t (most_events) values (greatest(step.events / 64, 1))
    on conflict (only_row) do update set
      most_events = excluded.most_events,
      -- Not even one event gets through, and nobody is to blame: all conditions together take that long. After they were evaluated
      -- as one, a condition that alone takes too long is to be seen first.
      time_limit = case
        when step.events <= 1 and (condition_no is null or t.lost_ms <> '{}') then coalesce(t.time_limit, configured) * 2
        else t.time_limit
      end;
  update pgmb.tick_trouble t
    set lost_ms = t.lost_ms || jsonb_build_object(
      condition_no,
      -- The clock goes on while a machine sleeps, and may be set: nobody ran for longer than the limit.
      coalesce((t.lost_ms ->> condition_no::text)::bigint, 0)
        + least(ms, (extract(epoch from coalesce(t.time_limit, configured)) * 1000)::bigint)
    )
    where condition_no is not null
    returning (t.lost_ms ->> condition_no::text)::bigint into lost;
  -- The last one in the row of conditions may be cut off for what the others took, but not for so long, nor in a smaller step.
  if lost >= extract(epoch from configured) * 1500 then
    perform pgmb.quarantine_condition(condition_no, step, 'time limit', format('ran %s ms without an end', lost));
    update pgmb.tick_trouble t set lost_ms = t.lost_ms - condition_no::text;
  end if;
end
$$;

comment on function pgmb.cut_off(pgmb.ticks, bigint, bigint) is
  'A tick reached its time limit, while this condition (or none) had been evaluated for so many milliseconds: the next one '
  'takes fewer events. A condition that was cut off for one and a half time limits since the last tick that got through goes '
  'into quarantine.';

-- ticks/dispatch.sql
create or replace function pgmb.dispatch(
  step pgmb.ticks, highest_id pgmb.event_id, has_retries boolean,
  out finished boolean, out busy boolean, out matches bigint, out group_nos bigint[]
)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  present pgmb.event_id := pgmb.create_event_id(step.ticked_at, 68719476735);
  taken pgmb.ticks := step;
  failures pgmb.condition_match[];
  cut text;
begin
  busy := false;
  -- The key is the fence: two ticks of one number cannot both commit, whatever their snapshots show.
  begin
    perform pgmb.require_present_log();
    if highest_id > present then
      taken.events := taken.events - pgmb.postpone_events(step, present);
    end if;
    insert into pgmb.ticks select taken.*;
    if has_retries then
      insert into pgmb.dispatched_retries (tick, min_event_id)
        select step.id, n.id
        from pgmb.lowest_needed_id(step.previous, step.snapshot, step.after_seq, step.to_seq) n (id)
        where n.id is not null;
    end if;
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
      -- Unless those since an old snapshot are forgotten already: then so is the last one that it shows.
      perform from pgmb.ticks t where t.id = step.id - 1 for key share;
    end if;
  exception when unique_violation or serialization_failure then
    -- Only to a caller in REPEATABLE READ: another session ticked between its snapshot and its lock.
    finished := true;
    busy := true;
    matches := 0;
    group_nos := '{}';
    return;
  end;
  -- Subscriptions are read after the snapshot was taken: one that was committed before an event is always seen.
  select a.matches, a.group_nos, a.failures into matches, group_nos, failures from pgmb.assign_events(step) a;
  if failures is not null then
    perform pgmb.record_failures(step, failures);
  end if;
  perform pgmb.get_through();
  finished := true;
exception when query_canceled then
  if not pgmb.is_time_up() then
    raise;
  end if;
  get stacked diagnostics cut = pg_exception_detail;
  perform pgmb.cut_off(step, (nullif(cut, '')::jsonb ->> 'condition')::bigint, (nullif(cut, '')::jsonb ->> 'ms')::bigint);
  finished := false;
  matches := 0;
  group_nos := '{}';
end
$$;

comment on function pgmb.dispatch(pgmb.ticks, pgmb.event_id, boolean) is
  'Carries a step, whose highest id this is, with retries in it or not, out as a whole; or, if the statement reaches its '
  'timeout, nothing of it, and finished is false: to be tried again at once.';

-- ticks/examine_conditions.sql
create or replace function pgmb.examine_conditions(step pgmb.ticks) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  attempts bigint := nextval('pgmb.tick_attempts');
  now_examined bigint;
  condition pgmb.conditions;
begin
  select t.examined into now_examined from pgmb.tick_trouble t;
  if now_examined is null and attempts <= 2 then
    return false;
  end if;
  if now_examined is not null and attempts > 1 then
    -- The call before this one has not come back from it.
    perform pgmb.quarantine_condition(now_examined, step, 'lost ticks', 'ticks were lost, and so was its evaluation alone');
    update pgmb.tick_trouble t set examined = null;
    return true;
  end if;
  begin
    for condition in select c.* from pgmb.conditions_in_use() c where c.no = now_examined loop
      perform from pgmb.match_conditions(array[condition], step);
    end loop;
  exception when query_canceled then
    if not pgmb.is_time_up() then
      raise;
    end if;
  end;
  insert into pgmb.tick_trouble as t (examined)
    select min(c.no) from pgmb.conditions_in_use() c where c.no > coalesce(now_examined, 0)
    on conflict (only_row) do update set examined = excluded.examined;
  return true;
end
$$;

comment on function pgmb.examine_conditions(pgmb.ticks) is
  'After two ticks that were lost with their connection, or failed as a whole: evaluates one condition in each call, and '
  'nothing comes of it, but that the next call knows whether it was survived; one that was not goes into quarantine. False if '
  'there is no reason to.';

-- ticks/tick.sql
create or replace function pgmb.tick(out busy boolean, out matches bigint, out more boolean, out group_nos bigint[])
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- Tables that were never analysed must not turn index probes into scans of the log.
set enable_seqscan = off
-- Its price makes every plan look worth compiling, which takes most of a second.
set jit = off
as $$
declare
  last pgmb.ticks;
  step pgmb.ticks;
  highest_id pgmb.event_id;
  has_retries boolean;
  restored boolean;
  -- even if it finds nothing
  is_written boolean;
  finished boolean;
begin
  busy := false;
  matches := 0;
  more := false;
  group_nos := '{}';
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  restored := pgmb.is_restored(last.id);
  is_written := restored or pgmb.is_outdated(last);
  -- Idle is the normal case: it costs a few index probes, no lock, no transaction id, no write.
  if last.complete and not is_written
    and not pgmb.has_undispatched_events(last.snapshot, (select e.after_seq from pgmb.eras e where e.era = last.era))
    and not pgmb.has_due_events(clock_timestamp())
  then
    return;
  end if;
  -- Whoever holds this row stops all dispatch, so it is not kept by a client that goes to sleep.
  perform set_config('idle_in_transaction_session_timeout', '5s', true);
  perform from pgmb.dispatcher for update skip locked;
  if not found then
    busy := true;
    return;
  end if;
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  restored := pgmb.is_restored(last.id);
  is_written := restored or pgmb.is_outdated(last);
  step := pgmb.next_window(last, restored);
  begin
    select c.* into step.to_seq, step.events, step.complete, highest_id, has_retries
      from pgmb.cut_step(step, not last.complete) c;
  exception when query_canceled then
    if not pgmb.is_time_up() then
      raise;
    end if;
    perform pgmb.give_more_time();
    more := true;
    return;
  end;
  more := not step.complete or (restored and step.era = last.era);
  if step.complete and not restored then
    -- Events of this transaction, so that it takes another tick to dispatch them.
    more := pgmb.enter_due_events(clock_timestamp()) > 0;
    if not more and not last.complete then
      -- While it took several ticks to come here, others may have committed.
      more := pgmb.has_undispatched_events(step.snapshot, (select e.after_seq from pgmb.eras e where e.era = step.era));
    end if;
  end if;
  if step.events = 0 and last.complete and not is_written then
    return;
  end if;
  -- Later than the snapshot, so that nothing but what was given such an id lies in the future.
  step.ticked_at := clock_timestamp();
  begin
    if pgmb.examine_conditions(step) then
      more := true;
    else
      select d.finished, d.busy, d.matches, d.group_nos into finished, busy, matches, group_nos
        from pgmb.dispatch(step, highest_id, has_retries) d;
      more := more or not finished;
    end if;
  exception when serialization_failure then
    -- That of a caller with an old snapshot is its own, and does not count: no condition is to blame.
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
      perform setval('pgmb.tick_attempts', greatest(a.attempts - 1, 1), a.attempts > 1)
        from (select currval('pgmb.tick_attempts') as attempts) a;
    end if;
    raise;
  end;
  -- Not undone by what undoes a tick: what does not come here is counted.
  perform setval('pgmb.tick_attempts', 1, false);
end
$$;

comment on function pgmb.tick() is
  'Dispatches what has committed since the last tick: assigns it to the groups that receive it, or lets it wait in '
  'pgmb.scheduled_events if it is due later. At most one session ticks at a time; busy says that another one does. matches '
  'counts (event, subscription) pairs, group_nos lists who received something, more says that the next tick has work already. '
  'To be called as a statement of its own, with autocommit: in a longer transaction it stops all dispatch until that ends. '
  'Events of the calling transaction are left to the next tick, and so is what has just become due.';

-- ticks/poll_for_events.sql
create or replace function pgmb.poll_for_events() returns int
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  select t.matches::int from pgmb.tick() t;
end;

comment on function pgmb.poll_for_events() is
  'One tick; returns the number of (event, subscription) matches assigned, 0 at once if another session is ticking.';

-- who handles it

-- nodes/timeline.sql
create or replace function pgmb.timeline() returns bigint
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
begin
  -- By the WAL that is being written, since the control file tells it only after the next checkpoint.
  return ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint;
exception when others then
  -- Not every server shows its WAL: then takeovers after a promotion are left to an administrator.
  return 1;
end
$$;

comment on function pgmb.timeline() is
  'The timeline of this cluster: another one after each promotion, and after each recovery to a point in time.';

-- nodes/is_valid_epoch.sql
create or replace function pgmb.is_valid_epoch(epoch bigint) returns boolean
language sql stable
begin atomic
  -- Whoever has read on another timeline may have read what this one never had: others stand at these positions.
  select epoch >> 32 = pgmb.timeline() - 1;
end;

comment on function pgmb.is_valid_epoch(bigint) is
  'Whether a group was taken over in this epoch on the present timeline of the cluster: what was owned before a promotion has '
  'to be taken over anew.';

-- nodes/next_epoch.sql
create or replace function pgmb.next_epoch(epoch bigint) returns bigint
language sql stable
begin atomic
  -- Far behind those that may have been lost with the old timeline: a cursor tells the low digits only.
  select case
    when pgmb.is_valid_epoch(epoch) then epoch + 1
    else ((pgmb.timeline() - 1) << 32) + (epoch & 4294967295) + 1000
  end;
end;

comment on function pgmb.next_epoch(bigint) is
  'The epoch of a takeover after this one: the timeline of the cluster, from 0, in the high 32 bits, and a count in the low ones.';

-- nodes/is_lease_valid.sql
create or replace function pgmb.is_lease_valid(renewed_at timestamptz, lease interval) returns boolean
language sql volatile
begin atomic
  -- clock_timestamp(), since now() stands still in a long transaction. From the future is not valid: after the clock was
  -- set back, a dead owner must not keep its groups for the length of the step.
  select coalesce(renewed_at between clock_timestamp() - lease and clock_timestamp() + interval '1 second', false);
end;

comment on function pgmb.is_lease_valid(timestamptz, interval) is
  'Whether a node that renewed its lease then is still to be taken for alive, by the clock of the database.';

-- nodes/is_free_for.sql
create or replace function pgmb.is_free_for(owner text, node text) returns boolean
language sql volatile
begin atomic
  -- What a node owns but does not hold was its own before it lost its lease.
  select owner is null or owner = is_free_for.node or not exists (
    select from pgmb.nodes n where n.node = is_free_for.owner and pgmb.is_lease_valid(n.renewed_at, n.lease)
  );
end;

comment on function pgmb.is_free_for(text, text) is
  'Whether a node may take over what this owner owns.';

-- nodes/limit_idling.sql
create or replace function pgmb.limit_idling(longest interval) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  set_by_caller interval := nullif(current_setting('idle_in_transaction_session_timeout')::interval, interval '0');
begin
  -- Milliseconds, as an int of which 0 means never.
  perform set_config(
    'idle_in_transaction_session_timeout',
    greatest(1, least(extract(epoch from least(longest, set_by_caller)) * 1000, 2147483647))::int::text,
    true
  );
end
$$;

comment on function pgmb.limit_idling(interval) is
  'Has the server end this session if it idles for so long before its transaction ends: whoever is frozen would keep what it '
  'has locked from others for ever. A shorter limit of the caller stays.';

-- nodes/register_node.sql
create or replace function pgmb.register_node(node text, lease interval) returns void
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  -- Left from before it was forgotten: under its new lease nobody else could take it, and it may not declare it any more.
  update pgmb.group_owner o set node = null, epoch = o.epoch + 1
    where o.node = register_node.node and not exists (select from pgmb.nodes n where n.node = register_node.node);
  insert into pgmb.nodes as n (node, lease) values (register_node.node, register_node.lease)
  on conflict on constraint nodes_pkey do update set lease = excluded.lease, renewed_at = clock_timestamp();
end;

comment on function pgmb.register_node(text, interval) is
  'Makes a node known, which from now on owns what it takes over as long as it renews its lease in time.';

-- nodes/renew_lease.sql
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

-- nodes/declare_handler.sql
create or replace function pgmb.declare_handler(node text, group_id text, conditions_sql text, params jsonb) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  declared pgmb.subscription_groups;
  declared_identity text := pgmb.subscription_identity(group_id, conditions_sql, params);
begin
  insert into pgmb.subscription_groups (id) values (group_id) on conflict do nothing;
  -- No stronger lock: an uncommitted acknowledgement refers to the group.
  select g.* into strict declared from pgmb.subscription_groups g where g.id = group_id for no key update;
  insert into pgmb.group_owner (group_no) values (declared.no) on conflict do nothing;
  -- Locks it even if it stays as it is: whoever is about to let it expire waits, and then finds it declared.
  insert into pgmb.subscriptions as s (group_id, conditions_sql, params)
    values (declare_handler.group_id, declare_handler.conditions_sql, declare_handler.params)
    on conflict (identity) do update set expiry_interval = null where s.expiry_interval is not null;
  -- The newest deployment wins: what it no longer declares, the group no longer receives. What had been assigned stays.
  delete from pgmb.subscriptions s where s.group_id = declare_handler.group_id and s.identity <> declared_identity;
  update pgmb.subscription_groups g set declaration = declared_identity
    where g.no = declared.no and g.declaration is distinct from declared_identity;
  insert into pgmb.node_groups as n (node, group_no, declaration)
    values (declare_handler.node, declared.no, declared_identity)
    on conflict on constraint node_groups_pkey do update set declaration = excluded.declaration;
  return declared.no;
end
$$;

comment on function pgmb.declare_handler(text, text, text, jsonb) is
  'Says that a registered node has a handler for this group with this condition; makes group and subscription where they '
  'do not exist. Returns the number of the group. The subscription receives at least every event that is committed after '
  'the caller''s commit.';

-- nodes/take_group.sql
create or replace function pgmb.take_group(node text, group_no bigint, out epoch bigint, out "position" bigint)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  sees_commits boolean := current_setting('transaction_isolation') in ('read committed', 'read uncommitted');
  owner text;
  last pgmb.progress;
begin
  -- Waiting for an owner's uncommitted acknowledgement is left to the next call: it must not delay the other groups.
  select o.node into owner from pgmb.group_owner o where o.group_no = take_group.group_no for update skip locked;
  if not found then
    return;
  end if;
  if not sees_commits then
    -- The snapshot may be older than the owner's last renewal. Locking the row does not overlook that: serialization_failure.
    perform from pgmb.nodes n where n.node = owner for share skip locked;
  end if;
  -- Now that the row is locked: another node may have been faster.
  update pgmb.group_owner o
    set node = take_group.node, epoch = pgmb.next_epoch(o.epoch), taken_at = clock_timestamp()
    where o.group_no = take_group.group_no and pgmb.is_free_for(o.node, take_group.node)
    returning o.epoch into epoch;
  if not found then
    return;
  end if;
  select p.* into last from pgmb.progress p
    where p.group_no = take_group.group_no
    order by p.generation desc, p.from_pos desc limit 1
    for key share;
  if not found then
    -- Each owner sees a row to go on from: see advance.
    insert into pgmb.progress as p (group_no, generation, from_pos, to_pos) values (take_group.group_no, 1, -1, 0)
      on conflict on constraint progress_pkey do nothing
      returning p.* into last;
  end if;
  position := coalesce(last.to_pos, 0);
  if not sees_commits then
    -- Nor is an acknowledgement overlooked that it hides: the key is the same.
    insert into pgmb.progress values (group_no, coalesce(last.generation, 1), position, position + 1) on conflict do nothing;
    delete from pgmb.progress p
      where p.group_no = take_group.group_no and p.generation = coalesce(last.generation, 1) and p.from_pos = position;
  end if;
end
$$;

comment on function pgmb.take_group(text, bigint) is
  'Makes a node the owner of a group that is free for it, and returns the new epoch and the position to go on from; nulls '
  'if somebody else has the group, or is just taking, giving up or acknowledging it.';

-- nodes/take_over.sql
create or replace function pgmb.take_over(node text, held bigint[])
returns table (group_no bigint, epoch bigint, "position" bigint)
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  for group_no in
    select o.group_no
    from pgmb.node_groups d
    join pgmb.subscription_groups g on g.no = d.group_no and g.declaration = d.declaration
    join pgmb.group_owner o on o.group_no = d.group_no
    where d.node = take_over.node and o.group_no <> all (held) and pgmb.is_free_for(o.node, take_over.node)
    order by o.group_no
  loop
    select t.epoch, t.position into epoch, position from pgmb.take_group(node, group_no) t;
    continue when epoch is null;
    return next;
  end loop;
end
$$;

comment on function pgmb.take_over(text, bigint[]) is
  'Takes every group that is free or whose owner''s lease has expired, among those that this node declares in their newest '
  'form, except those it holds; returns each with its new epoch and the position to go on from.';

-- nodes/hand_over.sql
create or replace function pgmb.hand_over(node text, group_no bigint, epoch bigint) returns boolean
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  with released as (
    update pgmb.group_owner o set node = null, epoch = o.epoch + 1
    where o.group_no = hand_over.group_no and o.node = hand_over.node and o.epoch = hand_over.epoch
    returning 1
  )
  select exists (select from released);
end;

comment on function pgmb.hand_over(text, bigint, bigint) is
  'Gives a group up, so that another node can take it at once; false if it was not this owner''s any more.';

-- nodes/withdraw_handler.sql
create or replace function pgmb.withdraw_handler(node text, group_no bigint) returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  -- First, and for good: from now on this node cannot take the group over.
  delete from pgmb.node_groups d where d.node = withdraw_handler.node and d.group_no = withdraw_handler.group_no;
  -- An acknowledgement that is not committed yet holds the row. Waiting for it is left to the next call: the heartbeat that
  -- calls this keeps the lease of all other groups.
  update pgmb.group_owner o set node = null, epoch = o.epoch + 1
    where o.group_no = (
      select f.group_no from pgmb.group_owner f
      where f.group_no = withdraw_handler.group_no and f.node = withdraw_handler.node
      for update skip locked
    );
  return not exists (
    select from pgmb.group_owner o where o.group_no = withdraw_handler.group_no and o.node = withdraw_handler.node
  );
end
$$;

comment on function pgmb.withdraw_handler(text, bigint) is
  'Says that a node has a handler for this group no more: it never takes the group over again, and if it owned it, the '
  'group is free at once. False if an acknowledgement of it is still being committed: call again. Undone by declare_handler.';

-- nodes/remove_node.sql
create or replace function pgmb.remove_node(node text) returns void
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  update pgmb.group_owner o set node = null, epoch = o.epoch + 1 where o.node = remove_node.node;
  delete from pgmb.nodes n where n.node = remove_node.node;
end;

comment on function pgmb.remove_node(text) is
  'Forgets a node that has stopped; groups it still owned are free at once.';

-- nodes/hold_ownership.sql
create or replace function pgmb.hold_ownership(node text, group_no bigint, epoch bigint) returns interval
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  own_lease interval;
begin
  -- The lock makes whoever takes the group over wait for this transaction, and with it for what it acknowledges.
  select n.lease into own_lease
    from pgmb.group_owner o join pgmb.nodes n on n.node = o.node
    where o.group_no = hold_ownership.group_no and o.node = hold_ownership.node and o.epoch = hold_ownership.epoch
      and pgmb.is_valid_epoch(o.epoch)
    for share of o;
  return own_lease;
end
$$;

comment on function pgmb.hold_ownership(text, bigint, bigint) is
  'Keeps a group with its owner until the end of the transaction; the owner''s lease. Null if this node does not own the group '
  'in this epoch (any more). PL/pgSQL, since before PostgreSQL 18 a function in SQL is planned anew in each transaction.';

-- nodes/require_ownership.sql
create or replace function pgmb.require_ownership(node text, group_no bigint, epoch bigint) returns void
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
begin
  if not exists (
    select from pgmb.group_owner o
    where o.group_no = require_ownership.group_no and o.node = require_ownership.node and o.epoch = require_ownership.epoch
      and pgmb.is_valid_epoch(o.epoch)
  ) then
    raise exception 'group % is not owned by node % in epoch %', group_no, node, epoch
      using errcode = 'PM003', hint = 'Another node has taken it over: take over again before reading.';
  end if;
end
$$;

comment on function pgmb.require_ownership(text, bigint, bigint) is
  'PM003 unless the node owns the group in this epoch.';

-- deliveries/group_events.sql
create or replace function pgmb.group_events(group_no bigint, after_position bigint, max_events int)
returns table (
  "position" bigint, event_id pgmb.event_id, id pgmb.event_id, topic varchar, payload jsonb, metadata jsonb, attempt smallint,
  subscription_ids pgmb.subscription_id[]
)
language sql stable
begin atomic
  select d.last_position - cardinality(d.event_ids) + u.n, u.id, e.id, e.topic, e.payload, e.metadata, d.attempt, d.subscription_ids
  from (
    -- Where deliveries are gone, reading goes on with the first that is there.
    select greatest(
      after_position,
      (
        select s.last_position - cardinality(s.event_ids) from pgmb.subscription_events s
        where s.group_no = group_events.group_no and s.last_position > after_position
        order by s.last_position limit 1
      )
    ) as position
  ) start
  cross join lateral (
    select s.* from pgmb.subscription_events s
    -- Positions have no gaps and a row has at most 64 of them.
    where s.group_no = group_events.group_no
      and s.last_position > start.position and s.last_position < start.position + max_events + 64
    order by s.last_position
  ) d
  cross join lateral unnest(d.event_ids) with ordinality u (id, n)
  left join pgmb.events e on e.id = u.id
  where d.last_position - cardinality(d.event_ids) + u.n between start.position + 1 and start.position + max_events;
end;

comment on function pgmb.group_events(bigint, bigint, int) is
  'The events of a group after a position, at most max_events, unordered. One that is no longer in the log has its event_id, '
  'and nulls from id on. Inlined into functions that forbid all but probes of the log by id.';

-- deliveries/read_group.sql
create or replace function pgmb.read_group(node text, group_no bigint, epoch bigint, after_position bigint, max_events int)
returns table ("position" bigint, id text, topic text, payload text, metadata text, attempt smallint, subscription_ids text[])
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- Each event is one probe by its id, which also prunes partitions, whatever the statistics say: to read a log that was empty when
-- it was analysed as a whole, and to keep it, would look cheaper.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
begin
  perform pgmb.require_ownership(node, group_no, epoch);
  return query
    select e.position, e.id::text, e.topic::text, e.payload::text, e.metadata::text, e.attempt, e.subscription_ids::text[]
    from pgmb.group_events(read_group.group_no, after_position, max_events) e
    order by 1;
  perform pgmb.require_present_log();
end
$$;

comment on function pgmb.read_group(text, bigint, bigint, bigint, int) is
  'The events of a group after a position, in order, at most max_events. Only for its owner (else PM003). An event that is '
  'no longer in the log has nulls from id on; a snapshot that is too old to tell fails (40001).';

-- deliveries/missing_events.sql
create or replace function pgmb.missing_events(node text, group_no bigint, epoch bigint, after_position bigint, max_events int)
returns table ("position" bigint, event_id text)
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- As read_group.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
begin
  perform pgmb.require_ownership(node, group_no, epoch);
  return query
    select e.position, e.event_id::text
    from pgmb.group_events(missing_events.group_no, after_position, max_events) e
    where e.id is null
    order by 1;
  perform pgmb.require_present_log();
end
$$;

comment on function pgmb.missing_events(text, bigint, bigint, bigint, int) is
  'Those of the events of pgmb.read_group that are no longer in the log, by their ids. Only for its owner (else PM003).';

-- deliveries/advance.sql
create or replace function pgmb.advance(node text, group_no bigint, epoch bigint, from_position bigint, to_position bigint)
returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  own_lease interval := pgmb.hold_ownership(node, group_no, epoch);
  last pgmb.progress;
begin
  if own_lease is null then
    return false;
  end if;
  -- Of what is superseded, the oldest is cleaned up first. So a snapshot that shows a position which was left since either
  -- still meets the row that left it, by the key of its own one, or finds here that the row it goes on from is gone.
  select p.* into last from pgmb.progress p
    where p.group_no = advance.group_no
    order by p.generation desc, p.from_pos desc limit 1
    for key share;
  if last.to_pos is distinct from from_position then
    return false;
  end if;
  -- Beyond the head is what was read before a failover that lost it: others will stand there. As group_head, which before
  -- PostgreSQL 18 would be planned anew in each transaction.
  if to_position > greatest(
    (
      select d.last_position from pgmb.subscription_events d
      where d.group_no = advance.group_no
      order by d.last_position desc limit 1
    ),
    (select h.head from pgmb.group_heads h where h.group_no = advance.group_no),
    0
  ) then
    return false;
  end if;
  -- A node that is frozen between here and its commit would keep the group: it is cut off within its lease.
  perform pgmb.limit_idling(own_lease);
  insert into pgmb.progress (group_no, generation, from_pos, to_pos)
    values (advance.group_no, last.generation, from_position, to_position);
  return true;
end
$$;

comment on function pgmb.advance(text, bigint, bigint, bigint, bigint) is
  'Acknowledges the events in (from_position, to_position], if the caller still owns the group in this epoch, it stands at '
  'from_position, and it has been given all of them; the last statement before commit. False, a unique violation or a '
  'serialization failure mean that somebody else owns the group, or did: roll back and take over again.';

-- deliveries/waiting_since.sql
create or replace function pgmb.waiting_since(group_no bigint, "position" bigint) returns timestamptz
language sql stable
security definer
set search_path = pgmb, pg_temp
begin atomic
  -- By its id, since ticks are not kept for as long as an event that waits. A client may have given it an id of another form.
  select case when w.id ~ '^pm[0-9a-f]{22}$' then pgmb.extract_date_from_event_id(w.id) end
  from (
    select d.event_ids[waiting_since.position + 1 - (d.last_position - cardinality(d.event_ids))] as id
    from pgmb.subscription_events d
    where d.group_no = waiting_since.group_no and d.last_position > waiting_since.position
    order by d.last_position limit 1
  ) w;
end;

comment on function pgmb.waiting_since(bigint, bigint) is
  'When the first event of a group after a position was made; null if there is none.';

-- deliveries/group_status.sql
create or replace view pgmb.group_status as
select
  g.id as group_id,
  g.no as group_no,
  p.position,
  h.head,
  h.head - p.position as lag,
  o.node as owner,
  o.epoch,
  coalesce(pgmb.is_lease_valid(n.renewed_at, n.lease), false) as owner_alive,
  -- how many events its conditions failed on
  (select count(*) from pgmb.dead_letters d where d.group_no = g.no and d.reason = 'condition') as match_failures,
  g.declaration,
  -- when the first event that waits was made; null if none does
  case when h.head > p.position then pgmb.waiting_since(g.no, p.position) end as waiting_since,
  -- how many events were dropped before it had read them
  (select coalesce(sum(d.to_position - d.after_position), 0)::bigint from pgmb.dropped_deliveries d where d.group_no = g.no) as dropped,
  -- why conditions of it are not evaluated any more
  (
    -- Not by the other view: while a script replaces both, whoever reads would lock them in the opposite order.
    select string_agg(distinct q.reason || ': ' || q.message, '; ')
    from pgmb.subscriptions s join pgmb.quarantines q on q.subscription_no = s.no
    where s.group_id = g.id
  ) as quarantine,
  -- how often its handler is to be called again
  (select count(*) from pgmb.retries r where r.group_no = g.no) as retries,
  (select r.due_at from pgmb.retries r where r.group_no = g.no order by r.due_at, r.no limit 1) as next_retry_at,
  (select count(*) from pgmb.dead_letters d where d.group_id = g.id) as dead_letters
from pgmb.subscription_groups g
cross join lateral (select pgmb.group_position(g.no) as position) p
-- As group_head, which runs with the rights of its caller.
cross join lateral (
  select greatest(
    (select d.last_position from pgmb.subscription_events d where d.group_no = g.no order by d.last_position desc limit 1),
    (select k.head from pgmb.group_heads k where k.group_no = g.no),
    0
  ) as head
) h
left join pgmb.group_owner o on o.group_no = g.no
left join pgmb.nodes n on n.node = o.node;

comment on view pgmb.group_status is
  'Where each group stands: position is how many events it has acknowledged, lag how many wait, waiting_since how '
  'old the first of them is. One that waits for longer than the retention period keeps the log.';

-- what handlers have failed on

-- failures/failed_parts.sql
create or replace function pgmb.failed_parts(failed jsonb)
returns table (
  n bigint, event_ids pgmb.event_id[], attempts int, delay_ms bigint, blocks boolean, reason text, message text, causes jsonb
)
language sql immutable
set search_path = pgmb, pg_temp
begin atomic
  select p.n, p.event_ids::pgmb.event_id[], p.attempts, p.delay_ms, coalesce(p.blocks, false), p.reason, p.message, p.causes
  from rows from (
    jsonb_to_recordset(failed) as (
      event_ids text[], attempts int, delay_ms bigint, blocks boolean, reason text, message text, causes jsonb
    )
  ) with ordinality p (event_ids, attempts, delay_ms, blocks, reason, message, causes, n);
end;

comment on function pgmb.failed_parts(jsonb) is
  'An array of objects: event_ids, those of one attempt in their order; attempts, how many have failed; delay_ms until the next '
  'one, null for none; blocks, whether the group waits for it; reason (see pgmb.dead_letters), message and causes.';

-- failures/keep_failed.sql
create or replace function pgmb.keep_failed(group_no bigint, failed jsonb, settled pgmb.retries) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Each event is one probe of the log by its id, which also prunes partitions.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
begin
  with entered as (
    insert into pgmb.retries (
      group_no, event_ids, attempts, due_at, blocks, message, causes, first_failed_at, failed_at, min_event_id
    )
    select
      keep_failed.group_no, f.event_ids, f.attempts, clock_timestamp() + f.delay_ms * interval '1 ms', f.blocks,
      f.message, f.causes,
      case when f.attempts > 0 then coalesce(settled.first_failed_at, clock_timestamp()) end,
      case when f.attempts > 0 then clock_timestamp() end,
      (
        select min(u.id) from unnest(f.event_ids) u (id)
        where not exists (
          select from pgmb.dead_letters d
          where d.group_no = keep_failed.group_no and d.event_id = u.id and d.retry_no = settled.no
        )
      )
    from pgmb.failed_parts(failed) f
    where f.delay_ms is not null
    order by f.n
    returning no, event_ids
  )
  update pgmb.dead_letters d set retry_no = e.no
    from entered e cross join lateral unnest(e.event_ids) u (id)
    where d.group_no = keep_failed.group_no and d.event_id = u.id and d.retry_no = settled.no;
  insert into pgmb.dead_letters as d (
    group_no, group_id, event_id, topic, payload, metadata, subscription_ids, reason, message, causes, attempts, first_failed_at
  )
  select distinct on (u.id)
    g.no, g.id, u.id,
    -- Of what is gone, and was never a dead letter, nothing is left but that.
    coalesce(e.topic, c.topic, ''), coalesce(e.payload, c.payload, 'null'), coalesce(e.metadata, c.metadata),
    array(select s.id from pgmb.subscriptions s where s.group_id = g.id order by s.id),
    f.reason, f.message, f.causes, f.attempts, coalesce(settled.first_failed_at, clock_timestamp())
  from pgmb.failed_parts(failed) f
  cross join lateral unnest(f.event_ids) u (id)
  join pgmb.subscription_groups g on g.no = keep_failed.group_no
  left join pgmb.events e on e.id = u.id
  left join pgmb.dead_letters c on c.group_no = g.no and c.event_id = u.id
  where f.delay_ms is null
  on conflict on constraint dead_letters_pkey do update set
    subscription_ids = excluded.subscription_ids, reason = excluded.reason, sqlstate = null, message = excluded.message,
    causes = excluded.causes, attempts = d.attempts + excluded.attempts, failed_at = clock_timestamp(), tick = null,
    -- Another one by which it is being redriven is still there, if it has come once more by a replay.
    retry_no = nullif(d.retry_no, settled.no);
  if found then
    perform pgmb.require_present_log();
  end if;
end
$$;

comment on function pgmb.keep_failed(bigint, jsonb, pgmb.retries) is
  'Writes what a handler has failed on, each part as a retry, or its events as dead letters; settled is the retry that it was, '
  'null if none. failed as pgmb.failed_parts reads it.';

-- failures/set_aside.sql
create or replace function pgmb.set_aside(
  node text, group_no bigint, epoch bigint, from_position bigint, to_position bigint, failed jsonb
) returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  if not pgmb.advance(node, group_no, epoch, from_position, to_position) then
    return false;
  end if;
  perform pgmb.keep_failed(group_no, failed, null);
  return true;
end
$$;

comment on function pgmb.set_aside(text, bigint, bigint, bigint, bigint, jsonb) is
  'As pgmb.advance, for events of which some were not handled: those become retries or dead letters by the same transaction. '
  'failed as pgmb.failed_parts reads it.';

-- failures/read_retries.sql
create or replace function pgmb.read_retries(node text, group_no bigint, epoch bigint, max_events int)
returns table (no bigint, attempts int, id text, topic text, payload text, metadata text)
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- As read_group. Planning costs several times as much as the few probes that it takes.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
declare
  -- Once: compared with a volatile function, every retry of the group would be looked at.
  present timestamptz := clock_timestamp();
begin
  perform pgmb.require_ownership(node, group_no, epoch);
  return query
    select
      r.no, r.attempts, u.id::text, coalesce(e.topic, c.topic)::text, coalesce(e.payload, c.payload)::text,
      coalesce(e.metadata, c.metadata)::text
    from (
      select d.no, d.attempts, d.due_at, d.event_ids, sum(cardinality(d.event_ids)) over (order by d.due_at, d.no) as events
      from (
        select q.no, q.attempts, q.due_at, q.event_ids from pgmb.retries q
        where q.group_no = read_retries.group_no and q.due_at <= present
        order by q.due_at, q.no limit max_events
      ) d
    ) r
    cross join lateral unnest(r.event_ids) with ordinality u (id, n)
    left join pgmb.events e on e.id = u.id
    left join pgmb.dead_letters c on c.group_no = read_retries.group_no and c.event_id = u.id
      -- Of what was gone before it became one, there is no copy.
      and not (c.reason = 'gone' and c.topic = '')
    -- The first one however long it is.
    where r.events - cardinality(r.event_ids) < max_events
    order by r.due_at, r.no, u.n;
  perform pgmb.require_present_log();
end
$$;

comment on function pgmb.read_retries(text, bigint, bigint, int) is
  'The retries of a group that are due, the first due first, each with its events in their order: whole ones until there are '
  'max_events. Only for its owner (else PM003). An event that is neither in the log any more nor a dead letter has nulls from topic '
  'on.';

-- failures/next_retry.sql
create or replace function pgmb.next_retry(group_no bigint, out due_in interval, out blocks boolean)
language sql stable
security definer
set search_path = pgmb, pg_temp
begin atomic
  select
    (
      select r.due_at - clock_timestamp() from pgmb.retries r
      where r.group_no = next_retry.group_no order by r.due_at, r.no limit 1
    ),
    exists (select from pgmb.retries r where r.group_no = next_retry.group_no and r.blocks);
end;

comment on function pgmb.next_retry(bigint) is
  'How long it takes until the first retry of a group is due, below zero if it is, null if there is none; and whether one of '
  'them keeps the group from going on.';

-- failures/settle_retry.sql
create or replace function pgmb.settle_retry(node text, group_no bigint, epoch bigint, retry_no bigint, failed jsonb)
returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  own_lease interval := pgmb.hold_ownership(node, group_no, epoch);
  settled pgmb.retries;
begin
  if own_lease is null then
    return false;
  end if;
  delete from pgmb.retries r where r.no = retry_no and r.group_no = settle_retry.group_no returning r.* into settled;
  if not found then
    return false;
  end if;
  perform pgmb.limit_idling(own_lease);
  perform pgmb.keep_failed(group_no, failed, settled);
  delete from pgmb.dead_letters d
    where d.group_no = settle_retry.group_no and d.event_id = any (settled.event_ids) and d.retry_no = settled.no;
  return true;
end
$$;

comment on function pgmb.settle_retry(text, bigint, bigint, bigint, jsonb) is
  'Acknowledges a retry, if the caller still owns the group in this epoch and nobody has settled it yet; the last statement before '
  'commit. What of it has failed again becomes retries or dead letters by the same transaction (failed as pgmb.failed_parts '
  'reads it), what was a dead letter and has been handled is none any more. False or a serialization failure mean that somebody '
  'else owns the group, or did: roll back and read again.';

-- failures/retry_status.sql
create or replace view pgmb.retry_status as
select
  g.id as group_id,
  r.no as retry_no,
  r.event_ids,
  r.attempts,
  r.due_at as next_attempt_at,
  r.blocks,
  r.first_failed_at,
  r.failed_at as last_failed_at,
  r.message as last_error,
  r.causes
from pgmb.retries r join pgmb.subscription_groups g on g.no = r.group_no;

comment on view pgmb.retry_status is
  'What waits for its next attempt: how often it has failed, why, and when it is tried again.';

-- failures/list_dead_letters.sql
create or replace function pgmb.list_dead_letters(
  gid text, after_event_id pgmb.event_id default null, max_letters int default 100
)
returns table (
  event_id pgmb.event_id, topic text, payload jsonb, metadata jsonb, reason text, message text, causes jsonb, attempts int,
  first_failed_at timestamptz, failed_at timestamptz, next_attempt_at timestamptz
)
language sql stable
security definer
set search_path = pgmb, pg_temp
begin atomic
  select
    d.event_id, d.topic, d.payload, d.metadata, d.reason, d.message, d.causes, d.attempts, d.first_failed_at, d.failed_at, r.due_at
  from pgmb.dead_letters d left join pgmb.retries r on r.no = d.retry_no
  -- One range of the index; an id may be empty.
  where d.group_id = gid and d.event_id >= coalesce(after_event_id, '') and d.event_id is distinct from after_event_id
    and not exists (
      select from pgmb.dead_letters o where o.group_id = d.group_id and o.event_id = d.event_id and o.group_no > d.group_no
    )
  order by d.event_id limit max_letters;
end;

comment on function pgmb.list_dead_letters(text, pgmb.event_id, int) is
  'A page of the dead letters of a group, by the ids of their events; the next one begins after the last event_id of this one. '
  'next_attempt_at is null unless it is being redriven.';

-- failures/idle_dead_letters.sql
create or replace function pgmb.idle_dead_letters(gid text, event_ids pgmb.event_id[])
returns table (group_no bigint, event_id pgmb.event_id)
language sql stable
begin atomic
  select d.group_no, d.event_id from pgmb.dead_letters d
  where d.group_id = gid and (idle_dead_letters.event_ids is null or d.event_id = any (idle_dead_letters.event_ids))
    and not exists (select from pgmb.retries r where r.no = d.retry_no)
    -- A group that was deleted and made anew may have failed on an event in each of its lives.
    and not exists (
      select from pgmb.dead_letters o where o.group_id = d.group_id and o.event_id = d.event_id and o.group_no > d.group_no
    );
end;

comment on function pgmb.idle_dead_letters(text, pgmb.event_id[]) is
  'The dead letters of a group that are not being redriven, one for each event: of these events, or all (null). Inlined.';

-- failures/lock_dead_letters.sql
create or replace function pgmb.lock_dead_letters(gid text) returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- Whoever waited for another one's rows instead would not see what that one has entered.
  select pg_advisory_xact_lock(hashtextextended('pgmb.dead_letters ' || gid, 0));
end;

comment on function pgmb.lock_dead_letters(text) is
  'Lets one transaction at a time redrive or discard dead letters of a group; the next statement sees what the one before has done.';

-- failures/redrive_dead_letters.sql
create or replace function pgmb.redrive_dead_letters(
  gid text, event_ids pgmb.event_id[] default null, per_second numeric default null, max_letters bigint default null,
  dry_run boolean default false
) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set jit = off
as $$
declare
  receiver pgmb.subscription_groups;
  start timestamptz := clock_timestamp();
  redriven bigint;
begin
  if per_second <= 0 or per_second = 'NaN' then
    raise exception 'per_second is %', per_second
      using errcode = 'PM016', hint = 'How many dead letters are to be handled in a second, above 0; null: as fast as they can be.';
  end if;
  select g.* into receiver from pgmb.subscription_groups g where g.id = gid and g.declaration is not null;
  if not found then
    raise exception 'no application has declared a handler for group %', coalesce(quote_literal(gid), 'null')
      using errcode = 'PM013', hint = 'Ids are pgmb.events.id, pgmb.subscriptions.id and pgmb.subscription_groups.id.';
  end if;
  if dry_run then
    return (
      select count(*) from (select from pgmb.idle_dead_letters(gid, redrive_dead_letters.event_ids) limit max_letters) i
    );
  end if;
  perform pgmb.lock_dead_letters(gid);
  with chosen as materialized (
    select d.group_no, d.event_id
    from pgmb.idle_dead_letters(gid, redrive_dead_letters.event_ids) i
    join pgmb.dead_letters d on d.group_no = i.group_no and d.event_id = i.event_id
    order by d.event_id limit max_letters
    for update of d skip locked
  ), entered as (
    -- It needs nothing of the log: the dead letter has a copy.
    insert into pgmb.retries as r (group_no, event_ids, attempts, due_at, blocks)
    select
      receiver.no, array[c.event_id], 0,
      start + coalesce((row_number() over (order by c.event_id) - 1) / per_second, 0)::double precision * interval '1 s', false
    from chosen c order by c.event_id
    returning r.no, r.event_ids[1] as event_id
  ), marked as (
    update pgmb.dead_letters d set retry_no = e.no, group_no = receiver.no
    from chosen c join entered e on e.event_id = c.event_id
    where d.group_no = c.group_no and d.event_id = c.event_id
    returning 1
  ), superseded as (
    delete from pgmb.dead_letters d using chosen c
    where d.group_id = gid and d.event_id = c.event_id and d.group_no <> c.group_no
  )
  select count(*) into redriven from marked;
  return redriven;
end
$$;

comment on function pgmb.redrive_dead_letters(text, pgmb.event_id[], numeric, bigint, boolean) is
  'Has the handler of a group (<group-id>:<handler>) handle dead letters once more: those of these events, or all (null), at most '
  'max_letters, the lowest ids first, per_second of them in a second (null: at once). Each is tried with all the attempts of the '
  'handler''s policy; handled, it is deleted, else it is a dead letter again. Returns how many; with dry_run, how many it would '
  'be. What is being redriven is left alone. PM013 if no application has declared such a handler, PM016 if per_second is not above 0.';

-- failures/discard_dead_letters.sql
create or replace function pgmb.discard_dead_letters(
  gid text, event_ids pgmb.event_id[] default null, max_letters bigint default null, dry_run boolean default false
) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set jit = off
as $$
declare
  discarded bigint;
begin
  if dry_run then
    return (
      select count(*) from (select from pgmb.idle_dead_letters(gid, discard_dead_letters.event_ids) limit max_letters) i
    );
  end if;
  perform pgmb.lock_dead_letters(gid);
  with chosen as materialized (
    select d.event_id
    from pgmb.idle_dead_letters(gid, discard_dead_letters.event_ids) i
    join pgmb.dead_letters d on d.group_no = i.group_no and d.event_id = i.event_id
    order by d.event_id limit max_letters
    for update of d skip locked
  ), deleted as (
    delete from pgmb.dead_letters d using chosen c where d.group_id = gid and d.event_id = c.event_id
    returning d.event_id
  )
  select count(distinct d.event_id) into discarded from deleted d;
  return discarded;
end
$$;

comment on function pgmb.discard_dead_letters(text, pgmb.event_id[], bigint, boolean) is
  'Deletes dead letters of a group: those of these events, or all (null), at most max_letters, the lowest ids first. Returns how '
  'many; with dry_run, how many it would be. What is being redriven is left alone.';

-- who handles it outside of an application's nodes

-- readers/reader.sql
create or replace function pgmb.reader() returns text
language sql stable
-- Who asks must not change the answer: the owner may not see when a session of another role began.
security definer
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(
    'reader ' || nullif(current_setting('pgmb.reader_id', true), ''),
    -- Seconds, since the text of a time depends on the session.
    'backend ' || pg_backend_pid() || coalesce(
      ' since ' || (select extract(epoch from a.backend_start) from pg_stat_get_activity(pg_backend_pid()) a),
      ' at port ' || inet_client_port(),
      ''
    )
  );
end;

comment on function pgmb.reader() is
  'Who the caller is as a reader of groups: what the setting pgmb.reader_id says, or else this connection. The setting is for '
  'clients whose statements go through several connections, and for those that go on at once after a restart.';

-- readers/reader_lease.sql
create or replace function pgmb.reader_lease() returns interval
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(nullif(current_setting('pgmb.reader_lease', true), '')::interval, interval '30 seconds');
end;

comment on function pgmb.reader_lease() is
  'How long the caller may be silent before others take its groups over: the setting pgmb.reader_lease, or else 30 seconds.';

-- readers/hold_group.sql
create or replace function pgmb.hold_group(reader text, group_no bigint, take boolean) returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  own_lease interval := pgmb.reader_lease();
  epoch bigint;
begin
  perform pgmb.limit_idling(own_lease);
  -- Idle reading writes only now and then. Another session of this reader that does so in a longer transaction is not waited for.
  if not exists (
    select from pgmb.nodes n
    where n.node = reader and n.lease = own_lease and pgmb.is_lease_valid(n.renewed_at, n.lease / 10)
  ) and pg_try_advisory_xact_lock(hashtextextended('pgmb.nodes ' || reader, 0)) then
    perform pgmb.register_node(reader, own_lease);
  end if;
  select o.epoch into epoch from pgmb.group_owner o
    where o.group_no = hold_group.group_no and o.node = reader and pgmb.is_valid_epoch(o.epoch);
  if not found and take then
    if not exists (select from pgmb.group_owner o where o.group_no = hold_group.group_no) then
      -- The insert alone would wait for the end of the transaction in which another one reads first.
      if not pg_try_advisory_xact_lock(hashtextextended('pgmb.group_owner', hold_group.group_no)) then
        return null;
      end if;
      insert into pgmb.group_owner (group_no) values (hold_group.group_no) on conflict do nothing;
    end if;
    select t.epoch into epoch from pgmb.take_group(reader, group_no) t;
  end if;
  return epoch;
end
$$;

comment on function pgmb.hold_group(text, bigint, boolean) is
  'Renews the lease of a reader, and returns the epoch in which it owns the group, which it takes if it is to and can; else '
  'null.';

-- readers/untold_losses.sql
create or replace function pgmb.untold_losses(group_no bigint) returns bigint
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(sum(d.to_position - d.after_position), 0)::bigint
  from pgmb.dropped_deliveries d
  where d.group_no = untold_losses.group_no and d.told_at is null;
end;

comment on function pgmb.untold_losses(bigint) is
  'How many events a group has lost that no reader of it was told of.';

-- readers/tell_losses.sql
create or replace function pgmb.tell_losses(group_no bigint) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  lost bigint;
begin
  -- In one statement: what is dropped meanwhile is told the next time.
  with told as (
    update pgmb.dropped_deliveries d set told_at = clock_timestamp()
      where d.group_no = tell_losses.group_no and d.told_at is null
      returning d.to_position - d.after_position as events
  )
  select sum(t.events) into lost from told t;
  if lost > 0 then
    raise warning '% events were dropped before this group had read them', lost
      using errcode = 'PM017', hint = 'Reading goes on after them; pgmb.dropped_deliveries has their positions.';
  end if;
end
$$;

comment on function pgmb.tell_losses(bigint) is
  'Warns a reader of a group (PM017) of the events that the group has lost, once.';

-- readers/group_cursor.sql
create or replace function pgmb.group_cursor(epoch bigint, "position" bigint) returns pgmb.event_id
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  select ('cu' || lpad(to_hex(epoch & 16777215), 6, '0') || lpad(to_hex(position), 16, '0'))::pgmb.event_id;
end;

comment on function pgmb.group_cursor(bigint, bigint) is
  'The cursor of a position of a group in an epoch: cu, 6 hex digits of the epoch, which starts again after 16^6, 16 of the '
  'position. Opaque to clients.';

-- readers/cursor_position.sql
create or replace function pgmb.cursor_position(group_no bigint, epoch bigint, cursor pgmb.event_id) returns bigint
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  read_to bigint;
begin
  if cursor ~ '^cu[0-9a-f]{22}$' then
    read_to := ('x' || right(cursor, 16))::bit(64)::bigint;
  end if;
  -- Beyond the head, it is of another group: accepted, it would skip what is still to come.
  if read_to is null
    or cursor is distinct from pgmb.group_cursor(epoch, read_to)
    or read_to not between 0 and pgmb.group_head(group_no)
  then
    if pgmb.untold_losses(group_no) > 0 then
      raise exception '% events were dropped before this group had read them', pgmb.untold_losses(group_no)
        using errcode = 'PM017', hint = 'Drop what was read by the cursor and not stored, and go on with a null cursor.',
          detail = 'They were older than partition_retention_cap; pgmb.dropped_deliveries has their positions.';
    end if;
    raise exception 'the cursor % is not of the present readership of this group', cursor
      using errcode = 'PM010', hint = 'Drop what was read by it and not stored, and read again with a null cursor.';
  end if;
  return read_to;
end
$$;

comment on function pgmb.cursor_position(bigint, bigint, pgmb.event_id) is
  'The position of a cursor; PM010 if it is of another epoch, or no cursor of this group; PM017 if that is because events '
  'were dropped unread, of which no reader knows yet. A null epoch has no cursors.';

-- readers/read_next_events.sql
create or replace function pgmb.read_next_events(
  gid varchar, cursor pgmb.event_id default null, chunk_size int default null, peek boolean default false
) returns table (
  id pgmb.event_id, topic varchar, payload jsonb, metadata jsonb, subscription_ids pgmb.subscription_id[], next_cursor pgmb.event_id
)
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- As in read_group.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
declare
  reader text := pgmb.reader();
  owned record;
  own_epoch bigint;
  somebody_else_reads boolean := false;
  read_to bigint;
  most int := coalesce(chunk_size, pgmb.get_config_value('poll_chunk_size')::int);
begin
  select g.no as group_no, o.node, coalesce(o.epoch, 0) as epoch into owned
    from pgmb.subscription_groups g left join pgmb.group_owner o on o.group_no = g.no where g.id = gid;
  if not found then
    return;
  end if;
  own_epoch := owned.epoch;
  if not peek then
    somebody_else_reads := not pgmb.is_free_for(owned.node, reader);
    if not somebody_else_reads then
      own_epoch := pgmb.hold_group(reader, owned.group_no, cursor is null);
    end if;
  end if;
  -- Also if nothing is read: whoever has been replaced is to find out.
  if cursor is not null then
    read_to := pgmb.cursor_position(owned.group_no, own_epoch, cursor);
  end if;
  if somebody_else_reads or own_epoch is null then
    return;
  end if;
  if cursor is null then
    read_to := pgmb.group_position(owned.group_no);
    if not peek then
      perform pgmb.tell_losses(owned.group_no);
    end if;
  end if;
  -- What is no longer in the log is skipped, also where a whole chunk is gone. Each statement has a snapshot of its own: what
  -- a tick has added since the first one is there, and not skipped.
  loop
    return query
      select e.event_id, e.topic, e.payload, e.metadata, e.subscription_ids, pgmb.group_cursor(own_epoch, e.last)
      from (select g.*, max(g.position) over () as last from pgmb.group_events(owned.group_no, read_to, most) g) e
      where e.id is not null
      order by e.position;
    exit when found;
    select max(g.position) into read_to from pgmb.group_events(owned.group_no, read_to, most) g having count(g.id) = 0;
    exit when read_to is null;
  end loop;
  if not peek then
    perform pgmb.require_present_log();
  end if;
end
$$;

comment on function pgmb.read_next_events(varchar, pgmb.event_id, int, boolean) is
  'The next events of a group after the cursor, in order, at most chunk_size (null: poll_chunk_size). Without a cursor: after '
  'the stored one, and the caller becomes the reader if the group is free or its reader''s lease has expired. Nothing if '
  'somebody else reads, be it a node of an application, or if there is no such group. A cursor of an earlier readership is '
  'refused (PM010), also that of a reader which has vanished: then read without. All rows have the same next_cursor; with no '
  'rows, keep the one you have. Each read renews the lease of 30 seconds, or of what the setting pgmb.reader_lease says; a '
  'session that then idles in its transaction for so long is ended. Who the caller is says the setting pgmb.reader_id, or '
  'else the connection. With peek nobody becomes the reader, and it does not matter who is. Nothing is acknowledged by '
  'reading: see set_group_cursor. What a transaction has read that is rolled back, its cursors included, was not read. An '
  'event that is no longer in the log is skipped; a snapshot that is too old to tell fails (40001). If events were dropped '
  'before the group had read them, a cursor from before is refused once (PM017), and a read without one warns and goes on '
  'after them.';

-- readers/release_group_lock.sql
create or replace function pgmb.release_group_lock(gid varchar) returns void
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  select pgmb.limit_idling(pgmb.reader_lease());
  select pgmb.hand_over(o.node, o.group_no, o.epoch)
  from pgmb.group_owner o join pgmb.subscription_groups g on g.no = o.group_no
  where g.id = gid and o.node = pgmb.reader();
end;

comment on function pgmb.release_group_lock(varchar) is
  'Ends the caller''s readership of a group: somebody else may read at once, and the caller''s cursors are void. Does '
  'nothing if the caller is not the reader.';

-- readers/set_group_cursor.sql
create or replace function pgmb.set_group_cursor(gid varchar, new_cursor pgmb.event_id, release_lock boolean) returns void
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  reader text := pgmb.reader();
  owned record;
  stored bigint;
  read_to bigint;
begin
  if new_cursor is not null then
    perform pgmb.limit_idling(pgmb.reader_lease());
    -- Of two calls that one reader makes at once, the second sees what the first has stored. A reader that has been forgotten
    -- for its silence owns nothing any more.
    select o.group_no, o.epoch into owned
      from pgmb.group_owner o
      join pgmb.subscription_groups g on g.no = o.group_no
      join pgmb.nodes n on n.node = o.node
      where g.id = gid and o.node = reader and pgmb.is_valid_epoch(o.epoch) for no key update of o;
    read_to := pgmb.cursor_position(owned.group_no, owned.epoch, new_cursor);
    stored := pgmb.group_position(owned.group_no);
    if read_to > stored and not pgmb.advance(reader, owned.group_no, owned.epoch, stored, read_to) then
      raise serialization_failure using message = 'the cursor was stored by somebody else meanwhile';
    end if;
  end if;
  if release_lock then
    perform pgmb.release_group_lock(gid);
  end if;
end
$$;

comment on function pgmb.set_group_cursor(varchar, pgmb.event_id, boolean) is
  'Acknowledges all events of a group up to the cursor, and ends the caller''s readership if it is to. A cursor before the '
  'stored one changes nothing, null stores nothing. Only for the reader, with a cursor of its present readership (else '
  'PM010: somebody else has taken the group over, and reads again what was not stored). In the transaction of the effects, '
  'as its last statement, both are kept or neither; in REPEATABLE READ, a serialization failure or a unique violation says '
  'that the snapshot is older than what was stored.';

-- what was received before, once more

-- replay/replay_window.sql
-- How far back the log is complete: retention takes whole partitions.
create table if not exists pgmb.replay_window (
  only_row boolean primary key default true check (only_row),
  -- what later ticks have dispatched is in the log
  after_tick bigint not null
);
insert into pgmb.replay_window (after_tick)
select coalesce(max(t.id) filter (
  where t.ticked_at < now() - pgmb.get_config_value('partition_retention_period')::interval
), 0)
from pgmb.ticks t
on conflict do nothing;

-- replay/dispatch_point.sql
create or replace function pgmb.dispatch_point(from_event_id pgmb.event_id, out tick bigint, out seq bigint)
language plpgsql stable
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
  event record;
  oldest pgmb.ticks;
  gone boolean;
begin
  if from_event_id is null or from_event_id !~ '^pm[0-9a-f]{22}$' then
    raise exception '% is not the id of an event', coalesce(quote_literal(from_event_id), 'null')
      using errcode = 'PM013', hint = 'Ids are pgmb.events.id, pgmb.subscriptions.id and pgmb.subscription_groups.id.';
  end if;
  select t.* into strict oldest from pgmb.ticks t order by t.id limit 1;
  select e.xact_id, e.seq, (select max(r.era) from pgmb.eras r where r.after_seq < e.seq) as era into event
    from pgmb.events e where e.id = from_event_id;
  if found then
    tick := pgmb.tick_of(event.xact_id, event.seq);
    -- dispatched before the oldest tick that is left
    gone := tick is null and (event.era < oldest.era or event.era = oldest.era and event.seq <= (
      select max(t.to_seq) from pgmb.ticks t) and (
        pg_visible_in_snapshot(event.xact_id, oldest.previous)
        or event.seq <= oldest.after_seq and pg_visible_in_snapshot(event.xact_id, oldest.snapshot)));
  else
    -- What commits after a moment is dispatched by ticks after it.
    select min(t.id) into tick from pgmb.ticks t
      where t.ticked_at > pgmb.extract_date_from_event_id(from_event_id) and t.id > 0;
    gone := tick = oldest.id;
  end if;
  if gone or tick <= (select w.after_tick from pgmb.replay_window w) then
    raise exception 'not all that was dispatched after % is still there', from_event_id
      using errcode = 'PM012', hint = 'Begin later: the log is kept for partition_retention_period.';
  end if;
  seq := case when event.seq is not null and tick is not null then event.seq else 0 end;
  tick := coalesce(tick, (select max(t.id) + 1 from pgmb.ticks t));
end
$$;

comment on function pgmb.dispatch_point(pgmb.event_id) is
  'Where an event stands in the order of dispatch: its tick, and its seq inside of it. One that is not dispatched yet stands '
  'after everything that is. An id that is not in the log, be it made by pgmb.create_event_id(ts, 0), stands for its moment: '
  'before the first tick after it, and so before all that is committed after it. PM012 if retention has taken anything that '
  'was dispatched after it, PM013 if this is no id of an event.';

-- replay/tick_batches.sql
create or replace function pgmb.tick_batches(from_tick bigint)
returns table (first_tick bigint, last_tick bigint, step pgmb.ticks)
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  next_tick pgmb.ticks;
begin
  for next_tick in select t.* from pgmb.ticks t where t.id >= from_tick order by t.id loop
    -- Whole windows only: a step of a big one begins at a seq of its own.
    if step.complete and next_tick.complete and next_tick.era = step.era and next_tick.after_seq = step.after_seq
      and step.events + next_tick.events <= 10000
    then
      step.snapshot := next_tick.snapshot;
      step.to_seq := greatest(step.to_seq, next_tick.to_seq);
      step.events := step.events + next_tick.events;
    else
      if step.id is not null then
        return next;
      end if;
      step := next_tick;
      first_tick := next_tick.id;
    end if;
    last_tick := next_tick.id;
  end loop;
  if step.id is not null then
    return next;
  end if;
end
$$;

comment on function pgmb.tick_batches(bigint) is
  'All ticks from one on, small ones joined to what is one window for conditions: a query for each of a '
  'week''s ticks would take minutes.';

-- replay/subscription_matches.sql
create or replace function pgmb.subscription_matches(receiver pgmb.subscriptions, step pgmb.ticks)
-- without an event: the condition raised errors, which are left out
returns table (event_id pgmb.event_id)
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  with log as materialized (
    select w.id, w.topic, w.subscription_id
    from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.to_seq) w
  ), topics as (
    select distinct l.topic from log l
    where l.subscription_id is null
      and exists (select from pgmb.subscription_topics i where i.subscription_no = receiver.no)
  ), received_topics as materialized (
    select t.topic from topics t
    where exists (
      select from pgmb.topic_keys(t.topic) k
      join pgmb.subscription_topics i on i.key = k.key and i.is_prefix = k.is_prefix
      where i.subscription_no = receiver.no
    )
  )
  select l.id from log l where l.subscription_id = receiver.id
  union all
  select l.id from log l join received_topics t on t.topic = l.topic where l.subscription_id is null
  union all
  select case when m.sqlstate is null then m.event_id::pgmb.event_id end
  from pgmb.conditions c
  cross join lateral pgmb.match_conditions(array[c], step, receiver.no) m
  where c.no = receiver.condition_no and not c.topical;
end;

comment on function pgmb.subscription_matches(pgmb.subscriptions, pgmb.ticks) is
  'The events of a window that a subscription receives, by the same rules as assign_events; and a null for each of them '
  'that its condition failed on.';

-- replay/replay_receiver.sql
create or replace function pgmb.replay_receiver(sid varchar) returns pgmb.subscriptions
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  receiver pgmb.subscriptions;
begin
  select s.* into receiver from pgmb.subscriptions s where s.id = sid;
  if not found then
    raise exception 'there is no subscription %', coalesce(quote_literal(sid), 'null')
      using errcode = 'PM013', hint = 'Ids are pgmb.events.id, pgmb.subscriptions.id and pgmb.subscription_groups.id.';
  end if;
  if exists (select from pgmb.quarantines q where q.subscription_no = receiver.no) then
    raise exception 'subscription % is in quarantine', sid
      using errcode = 'PM015', hint = 'Mend its condition, or release it: pgmb.release_quarantine.';
  end if;
  return receiver;
end
$$;

comment on function pgmb.replay_receiver(varchar) is
  'The subscription that is to be replayed, as the calling statement sees it: PM013 if there is none, PM015 if its condition is in '
  'quarantine, since what it receives cannot be told then.';

-- replay/replay_events.sql
create or replace function pgmb.replay_events(gid varchar, sid varchar, from_event_id pgmb.event_id, max_events int)
returns setof pgmb.events
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
  start record;
  batch record;
  found_ids pgmb.event_id[];
  failed boolean;
  allowed int := coalesce(max_events, pgmb.get_config_value('poll_chunk_size')::int);
  replayed bigint := 0;
  added bigint;
begin
  perform pgmb.replay_receiver(sid);
  -- From here on retention takes nothing out of the log.
  lock table pgmb.events in access share mode;
  perform pgmb.require_present_log();
  select p.* into start from pgmb.dispatch_point(from_event_id) p;
  for batch in select b.* from pgmb.tick_batches(start.tick) b loop
    select array_agg(m.event_id) filter (where m.event_id is not null), coalesce(bool_or(m.event_id is null), false)
      into found_ids, failed
      -- By the snapshot that shows the matches: of a subscription that has just gone, or gone into quarantine, there are none.
      from pgmb.replay_receiver(sid) r cross join lateral pgmb.subscription_matches(r, batch.step) m;
    if failed and batch.first_tick < batch.last_tick then
      -- How many failures make a condition give up is counted for each tick.
      select array_agg(m.event_id) into found_ids
        from pgmb.replay_receiver(sid) r cross join pgmb.ticks t cross join lateral pgmb.subscription_matches(r, t) m
        where t.id between batch.first_tick and batch.last_tick and m.event_id is not null;
    end if;
    continue when found_ids is null;
    return query
      select e.*
      from pgmb.read_events(found_ids) e
      cross join lateral (select pgmb.tick_of(e.xact_id, e.seq) as tick) d
      where (d.tick, e.seq) > (start.tick, start.seq)
      order by d.tick, e.seq;
    get diagnostics added = row_count;
    replayed := replayed + added;
    if replayed > allowed then
      raise exception 'more than % events came after %', allowed, from_event_id
        using errcode = 'PM011', hint = 'Allow more by max_events, or begin at a later event, and read the present state instead.';
    end if;
  end loop;
  -- Ticks that were deleted meanwhile have told nothing of their events: then not all that came after it is there any more.
  perform pgmb.dispatch_point(from_event_id);
end
$$;

comment on function pgmb.replay_events(varchar, varchar, pgmb.event_id, int) is
  'All events that the subscription sid receives and that were dispatched after the event from_event_id, in the order of '
  'dispatch; so also what had an older id and was committed later. By its condition as it is now, whether the subscription was '
  'there then or not. What no committed tick has dispatched is left to reading. An id that is not in the log stands for its '
  'moment, as does pgmb.create_event_id(ts, 0): all that was committed since is replayed. PM011 if there are more than '
  'max_events (null: poll_chunk_size), PM012 if not all of them are kept any more, PM013 if there is no such subscription, or '
  'this is no id of an event, PM015 if its condition is in quarantine. gid says who asks and changes nothing: the subscription may be of any group.';

-- replay/position_after.sql
create or replace function pgmb.position_after(group_no bigint, tick bigint, seq bigint) returns bigint
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(
    (
      select max(d.last_position - cardinality(d.event_ids) + u.n)
      from pgmb.subscription_events d
      cross join lateral unnest(d.event_ids) with ordinality u (id, n)
      cross join lateral pgmb.read_events(array[u.id]) e
      where d.group_no = position_after.group_no and d.tick = position_after.tick and d.attempt = 0
        and e.seq <= position_after.seq
    ),
    (
      select min(d.last_position - cardinality(d.event_ids)) from pgmb.subscription_events d
      where d.group_no = position_after.group_no and d.tick >= position_after.tick
    ),
    pgmb.group_head(group_no)
  );
end;

comment on function pgmb.position_after(bigint, bigint, bigint) is
  'How many events of a group had been dispatched up to this seq of this tick. Right only if no deliveries since then were '
  'dropped.';

-- replay/move_group.sql
create or replace function pgmb.move_group(gid varchar, after_event_id pgmb.event_id) returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  moved_no bigint;
  start record;
  old_position bigint;
  new_position bigint;
begin
  -- Retention drops what all have acknowledged: not while this group is about to acknowledge less.
  perform pg_advisory_xact_lock(hashtextextended('pgmb.maintenance_step', 0));
  select g.no into moved_no from pgmb.subscription_groups g where g.id = gid;
  if not found then
    raise exception 'there is no group %', coalesce(quote_literal(gid), 'null')
      using errcode = 'PM013', hint = 'Ids are pgmb.events.id, pgmb.subscriptions.id and pgmb.subscription_groups.id.';
  end if;
  select p.* into start from pgmb.dispatch_point(after_event_id) p;
  if exists (
    -- a partition above a gap
    select from pgmb.partitions('pgmb.subscription_events') p
    where p.lower_bound::bigint > start.tick and not exists (
      select from pgmb.partitions('pgmb.subscription_events') below where below.upper_bound = p.lower_bound
    )
  ) then
    raise exception 'not all that was dispatched after % is still there', after_event_id
      using errcode = 'PM012', hint = 'Begin later: the log is kept for partition_retention_period.';
  end if;
  -- Waits for an acknowledgement that is being committed; all later ones of the old owner fail.
  insert into pgmb.group_owner as o (group_no, epoch) values (moved_no, 1)
    on conflict (group_no) do update set node = null, epoch = o.epoch + 1;
  old_position := pgmb.group_position(moved_no);
  new_position := pgmb.position_after(moved_no, start.tick, start.seq);
  -- From no position, so that no acknowledgement can have its key; the next one begins where it ends.
  insert into pgmb.progress (group_no, generation, from_pos, to_pos)
    select moved_no, coalesce(max(p.generation), 0) + 1, -1, new_position from pgmb.progress p where p.group_no = moved_no;
  return new_position - old_position;
end
$$;

comment on function pgmb.move_group(varchar, pgmb.event_id) is
  'Moves a group to where an event, or the moment of an id, stands in the order of dispatch: back, so that it receives again what '
  'it received after it, or forth, so that it never receives what comes before. Returns by how many events it moved; below '
  'zero is back. Its owner is fenced: what it has read and not acknowledged is rolled back or void, and whoever takes the group '
  'over goes on from the new position. PM012 if not all of those deliveries are kept any more, PM013 if there is no such '
  'group, or this is no id of an event.';

-- partitions and retention

-- roles/maintained_time.sql
create or replace function pgmb.maintained_time(current_ts timestamptz) returns timestamptz
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  select case when pg_has_role(session_user, current_user, 'usage') then current_ts else least(current_ts, clock_timestamp()) end;
end;

comment on function pgmb.maintained_time(timestamptz) is
  'For definers: the time that maintenance is to assume, which only who may act as the owner may set ahead. For others it would '
  'be a way to have thrown away what everybody needs.';

-- partitions/partitions.sql
create or replace function pgmb.partitions(parent regclass)
returns table (partition regclass, lower_bound text, upper_bound text)
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select
    i.inhrelid::regclass,
    nullif(trim(both '''' from substring(b.bounds from 'FROM \((.*)\) TO')), 'MINVALUE'),
    nullif(trim(both '''' from substring(b.bounds from 'TO \((.*)\)$')), 'MAXVALUE')
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
  -- Asked once: no longer there for a partition that somebody has just dropped, whatever this snapshot shows.
  cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bounds offset 0) b
  where i.inhparent = parent and not i.inhdetachpending and b.bounds is not null;
end;

comment on function pgmb.partitions(regclass) is
  'The partitions of a table with their bounds, as the catalogue has them: names and time zones tell nothing. A missing '
  'bound is null.';

-- partitions/require_present_log.sql
create or replace function pgmb.require_present_log() returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    perform from pgmb.replay_window for share;
  end if;
end
$$;

comment on function pgmb.require_present_log() is
  'Raises a serialization failure in a transaction whose snapshot is older than what has become of partitions of the log: what was '
  'emptied or moved since would look as if it had never been. To be called after the log was read or locked, since from then on no '
  'partition changes until the end of the transaction.';

-- partitions/split_partition.sql
create sequence if not exists pgmb.partition_no;

create or replace function pgmb.split_partition(parent regclass, partition regclass, bound text, key text) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Whoever publishes queues behind a waiting exclusive lock: better to come back.
set lock_timeout = '100ms'
-- What lies beyond the bound is little, and found by the key while everybody waits.
set enable_seqscan = off
set jit = off
as $$
declare
  lower_clause text;
  upper_clause text;
  next_name text;
  moved bigint;
begin
  execute format('lock table %s in access exclusive mode', parent);
  select coalesce(quote_literal(p.lower_bound), 'minvalue'), coalesce(quote_literal(p.upper_bound), 'maxvalue')
    into strict lower_clause, upper_clause
    from pgmb.partitions(parent) p where p.partition = split_partition.partition;
  next_name := (select c.relname from pg_class c where c.oid = parent) || '_' || nextval('pgmb.partition_no');
  execute format('alter table %s detach partition %s', parent, partition);
  execute format('create table pgmb.%I (like %s including all)', next_name, parent);
  if key is not null then
    execute format(
      'with moved as (delete from %s where %I >= %L returning *) insert into pgmb.%I select * from moved',
      partition, key, bound, next_name);
    get diagnostics moved = row_count;
    if moved > 0 then
      -- Older snapshots see them only where nobody looks for them any more: they are to find out.
      update pgmb.replay_window set after_tick = after_tick;
    end if;
  end if;
  execute format('alter table %s attach partition %s for values from (%s) to (%L)', parent, partition, lower_clause, bound);
  execute format('alter table %s attach partition pgmb.%I for values from (%L) to (%s)', parent, next_name, bound, upper_clause);
end
$$;

comment on function pgmb.split_partition(regclass, regclass, text, text) is
  'Ends a partition of a table at a bound and makes a new one from there; rows beyond it, which the key finds, move. Without '
  'a key there are none. Raises lock_not_available rather than let publishers queue. Scans what stays under an exclusive lock.';

-- partitions/split_events_partition.sql
create or replace function pgmb.split_events_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  length numeric := extract(epoch from pgmb.get_config_value('partition_interval')::interval);
  ahead int := pgmb.get_config_value('future_intervals_to_create')::int;
  -- Boundaries are multiples of the interval since the epoch, in UTC whatever the session's time zone.
  start numeric := floor(extract(epoch from current_ts) / length) * length;
  split record;
begin
  with present as (
    select
      p.partition, p.lower_bound, p.upper_bound,
      extract(epoch from pgmb.extract_date_from_event_id(p.lower_bound)) - start as starts_in,
      extract(epoch from pgmb.extract_date_from_event_id(p.upper_bound)) - start as ends_in
    from pgmb.partitions('pgmb.events') p
  ), wanted as (
    select n * length as ends_in from generate_series(1, ahead + 1) n
    union all
    -- Beyond them, the longer the further away, so that few are enough for months: when nobody has made any for long, events
    -- find a bounded one. They are made at twice the distance, and again only at four times, since each day shifts them.
    select ceil(2 * p.starts_in / length) * length
    from present p
    where p.starts_in between length and 128 * length and (p.ends_in is null or p.ends_in > 4 * p.starts_in)
  ), wanted_bounds as (
    select pgmb.create_event_id(to_timestamp((start + w.ends_in)::double precision), 0) as bound from wanted w
  )
  select p.partition, w.bound into split
    from wanted_bounds w
    join present p
      on coalesce(p.lower_bound collate "C" < w.bound, true) and coalesce(p.upper_bound collate "C" > w.bound, true)
    -- What stays in it is scanned while everybody waits. One that has filled up serves until it ends; only the catch-all
    -- would never end.
    where p.upper_bound is null or pg_relation_size(p.partition) <= 16777216
    order by w.bound limit 1;
  if not found then
    return false;
  end if;
  perform pgmb.split_partition('pgmb.events', split.partition, split.bound, 'id');
  return true;
-- An old snapshot does not show all of what was published, and so not what lies beyond the bound.
exception when lock_not_available or check_violation then
  return false;
end
$$;

comment on function pgmb.split_events_partition(timestamptz) is
  'Makes one partition of the log ahead of time; false if there are enough or somebody is in the way.';

-- partitions/close_deliveries_partition.sql
create or replace function pgmb.close_deliveries_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
-- A tick under load may take that long.
set lock_timeout = '1s'
as $$
declare
  catch_all record;
  first_tick pgmb.ticks;
  seen_tick bigint;
  last_tick bigint;
  lowest pgmb.event_id;
  lowest_since pgmb.event_id;
begin
  select p.* into strict catch_all from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null;
  select t.* into first_tick from pgmb.ticks t
    where t.id > 0 and t.id >= coalesce(catch_all.lower_bound::bigint, 0) order by t.id limit 1;
  if not found or first_tick.ticked_at > current_ts - pgmb.get_config_value('partition_interval')::interval then
    return false;
  end if;
  -- Takes long, and so is done before ticks have to wait.
  select max(t.id) into seen_tick from pgmb.ticks t;
  execute format(
    'select min(u.id) from %s d cross join lateral unnest(d.event_ids) u (id) where d.tick <= $1', catch_all.partition
  ) into lowest using seen_tick;
  if exists (select from pg_locks l where l.pid = pg_backend_pid() and l.mode = 'AccessExclusiveLock') then
    -- A tick that runs may wait for what this transaction has locked before. Waiting for it would be a deadlock.
    perform from pgmb.dispatcher for update nowait;
  end if;
  -- From here on no tick runs: what is recorded holds for all rows of the partition.
  perform from pgmb.dispatcher for update;
  select max(t.id) into last_tick from pgmb.ticks t;
  execute format(
    'select min(u.id) from %s d cross join lateral unnest(d.event_ids) u (id) where d.tick > $1', catch_all.partition
  ) into lowest_since using seen_tick;
  with retries as (delete from pgmb.dispatched_retries r returning r.min_event_id)
  insert into pgmb.closed_deliveries (partition, closed_at, min_event_id)
    select catch_all.partition::text, current_ts, least(lowest, lowest_since, min(r.min_event_id)) from retries r;
  insert into pgmb.group_heads as h (group_no, head)
    select g.no, pgmb.group_head(g.no) from pgmb.subscription_groups g where pgmb.group_head(g.no) > 0
    on conflict (group_no) do update set head = greatest(h.head, excluded.head);
  perform pgmb.split_partition('pgmb.subscription_events', catch_all.partition, (last_tick + 1)::text, null);
  return true;
-- An old snapshot does not show all of what was dispatched, and so not what lies beyond the bound.
exception when lock_not_available or check_violation then
  return false;
end
$$;

comment on function pgmb.close_deliveries_partition(timestamptz) is
  'Ends the catch-all partition of the deliveries after the last tick, when it covers a whole interval, and records what '
  'must outlive it: the head of each group, and the lowest event that it refers to.';

-- partitions/needs_events_below.sql
create or replace function pgmb.needs_events_below(bound pgmb.event_id) returns boolean
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  everything constant pg_snapshot := '9223372036854775807:9223372036854775807:';
  last pgmb.ticks;
  needed boolean;
begin
  -- One snapshot for all of these: a retry is always in one of them, from the log through the schedule to its delivery, as is
  -- what a handler fails on, from its delivery to its next attempt.
  if exists (select from pgmb.closed_deliveries c where c.min_event_id < bound)
    or exists (select from pgmb.scheduled_events s where s.min_event_id < bound)
    or exists (select from pgmb.dispatched_retries r where r.min_event_id < bound)
    or exists (select from pgmb.retries r where r.min_event_id < bound)
  then
    return true;
  end if;
  -- The last window is complete, as the caller knows.
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  if pgmb.lowest_needed_id(
    last.snapshot, everything, (select e.after_seq from pgmb.eras e where e.era = last.era), 9223372036854775807
  ) < bound then
    return true;
  end if;
  execute format(
    'select exists (select from %s d cross join lateral unnest(d.event_ids) u (id) where u.id < $1)',
    (select p.partition from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null)
  ) into needed using bound;
  return needed;
end
$$;

comment on function pgmb.needs_events_below(pgmb.event_id) is
  'Whether a delivery that has not been dropped, or a retry that is not dispatched yet, or whose own delivery has not been '
  'dropped, or what is to be handled again, refers to an event below this id.';

-- partitions/drop_partition.sql
create or replace function pgmb.drop_partition(parent regclass, partition regclass) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
set lock_timeout = '100ms'
as $$
begin
  execute format('lock table %s in access exclusive mode', parent);
  execute format('alter table %s detach partition %s', parent, partition);
  execute format('drop table %s', partition);
end
$$;

comment on function pgmb.drop_partition(regclass, regclass) is
  'Drops a partition. Raises lock_not_available rather than let publishers queue behind an open transaction.';

-- partitions/skip_unread.sql
create or replace function pgmb.skip_unread(partition regclass) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
set lock_timeout = '100ms'
as $$
declare
  unread record;
  last pgmb.progress;
begin
  for unread in execute format(
    'select g.no, g.id, m.last_position from pgmb.subscription_groups g cross join lateral ('
    'select d.last_position from %s d where d.group_no = g.no order by d.last_position desc limit 1) m '
    'where pgmb.group_position(g.no) < m.last_position order by g.no',
    partition)
  loop
    insert into pgmb.group_owner (group_no) values (unread.no) on conflict do nothing;
    -- Waits for an acknowledgement that is just being committed. What its owner has read before is void from here on: it would
    -- read on from a position where nothing is left.
    update pgmb.group_owner o set epoch = o.epoch + 1 where o.group_no = unread.no;
    select p.* into last from pgmb.progress p
      where p.group_no = unread.no
      order by p.generation desc, p.from_pos desc limit 1;
    continue when coalesce(last.to_pos, 0) >= unread.last_position;
    insert into pgmb.progress (group_no, generation, from_pos, to_pos)
      values (unread.no, coalesce(last.generation, 1), coalesce(last.to_pos, 0), unread.last_position);
    insert into pgmb.dropped_deliveries (group_no, group_id, after_position, to_position)
      values (unread.no, unread.id, coalesce(last.to_pos, 0), unread.last_position);
    raise warning 'pgmb: % events of group % are dropped before it has read them: they are older than partition_retention_cap',
      unread.last_position - coalesce(last.to_pos, 0), unread.id;
  end loop;
end
$$;

comment on function pgmb.skip_unread(regclass) is
  'Moves every group that has not read a partition of deliveries behind it, and records in pgmb.dropped_deliveries what each '
  'has lost by that.';

-- partitions/empty_events_partition.sql
create or replace function pgmb.empty_events_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
set lock_timeout = '100ms'
set enable_seqscan = off
set jit = off
as $$
declare
  candidate record;
  cutoff pgmb.event_id := pgmb.create_event_id(
    pgmb.add_interval_imm(current_ts, -pgmb.get_config_value('partition_retention_period')::interval), 0);
  last pgmb.ticks;
  first_kept pgmb.ticks;
  in_use boolean;
  is_kept boolean;
begin
  -- In the middle of a window, or after a restore, nothing tells which events are dispatched.
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  if not last.complete or pgmb.is_restored(last.id) then
    return false;
  end if;
  -- From this tick on everything can be replayed. No two eras are taken apart: all that was restored stays for as long.
  select t.* into first_kept from pgmb.ticks t
    where t.ticked_at > current_ts - pgmb.get_config_value('partition_retention_period')::interval order by t.id limit 1;
  if first_kept.era <> last.era then
    return false;
  end if;
  for candidate in
    select p.partition, p.upper_bound::pgmb.event_id as upper_bound
    from pgmb.partitions('pgmb.events') p
    where p.upper_bound::pgmb.event_id <= cutoff
    order by p.upper_bound collate "C"
  loop
    execute format('select exists (select from %s)', candidate.partition) into in_use;
    continue when not in_use or pgmb.needs_events_below(candidate.upper_bound);
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
      raise warning 'pgmb: % could be emptied, but only by a transaction that is read committed', candidate.partition
        using hint = 'begin isolation level read committed; call pgmb.maintain_events_table(); commit';
      return false;
    end if;
    execute format('lock table %s in access exclusive mode', candidate.partition);
    -- From here on nobody adds to it, and each further statement sees all of it. No tick sees it meanwhile, so this must not
    -- take long: only what the last tick before the search above did not dispatch can be needed by a delivery since.
    execute format(
      'select exists (select from %s e where e.xact_id >= pg_snapshot_xmin($1) and not pg_visible_in_snapshot(e.xact_id, $1) '
      'and e.seq > $2)',
      candidate.partition
    ) into is_kept using coalesce(first_kept.previous, last.snapshot), (select e.after_seq from pgmb.eras e where e.era = last.era);
    continue when is_kept;
    update pgmb.replay_window set after_tick = greatest(after_tick, coalesce(first_kept.id - 1, last.id));
    execute format('truncate %s', candidate.partition);
    return true;
  end loop;
  return false;
exception when lock_not_available then
  return false;
end
$$;

comment on function pgmb.empty_events_partition(timestamptz) is
  'Gives back the space of one partition of the log that is older than the retention period, was dispatched before '
  'it, and is not referred to by any delivery; false if there is none or somebody is in the way. Publishers need not wait for it.';

-- partitions/drop_events_partition.sql
create or replace function pgmb.drop_events_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
set lock_timeout = '100ms'
as $$
declare
  cutoff pgmb.event_id := pgmb.create_event_id(
    pgmb.add_interval_imm(current_ts, -pgmb.get_config_value('partition_retention_period')::interval), 0);
  lowest record;
  above record;
  in_use boolean;
begin
  select p.* into lowest from pgmb.partitions('pgmb.events') p where p.lower_bound is null;
  select p.* into above from pgmb.partitions('pgmb.events') p where p.lower_bound = lowest.upper_bound;
  if above.upper_bound is null or above.upper_bound::pgmb.event_id > cutoff
    -- An older snapshot would not show what has been published since.
    or current_setting('transaction_isolation') not in ('read committed', 'read uncommitted')
  then
    return false;
  end if;
  execute format('select exists (select from %s) or exists (select from %s)', lowest.partition, above.partition) into in_use;
  if in_use then
    return false;
  end if;
  lock table pgmb.events in access exclusive mode;
  execute format('select exists (select from %s)', lowest.partition) into in_use;
  if in_use then
    return false;
  end if;
  perform pgmb.drop_partition('pgmb.events', lowest.partition);
  -- The one above takes its place, since an id may be as old as it likes.
  execute format('alter table pgmb.events detach partition %s', above.partition);
  execute format('alter table pgmb.events attach partition %s for values from (minvalue) to (%L)', above.partition, above.upper_bound);
  return true;
exception when lock_not_available then
  return false;
end
$$;

comment on function pgmb.drop_events_partition(timestamptz) is
  'Drops the lowest partition of the log if it and the one above, which takes over its range, are empty and older than the '
  'retention period; false if there is nothing to do or somebody is in the way.';

-- partitions/drop_deliveries_partition.sql
create or replace function pgmb.drop_deliveries_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  retention interval := pgmb.get_config_value('partition_retention_period')::interval;
  -- null: for ever
  cap interval := pgmb.get_config_value('partition_retention_cap')::interval;
  candidate record;
  consumed boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    -- An older snapshot would not show which groups have been moved back since.
    return false;
  end if;
  for candidate in
    select p.partition, c.partition as name, coalesce(c.closed_at < pgmb.add_interval_imm(current_ts, -cap), false) as beyond_cap
    from pgmb.partitions('pgmb.subscription_events') p
    join pgmb.closed_deliveries c on c.partition = p.partition::text
    where c.closed_at < pgmb.add_interval_imm(current_ts, -retention)
    order by c.closed_at
  loop
    -- One probe for each group: a consumer that is away for long has many partitions kept, and asked about often.
    execute format(
      'select not exists (select from pgmb.subscription_groups g cross join lateral ('
      'select d.last_position from %s d where d.group_no = g.no order by d.last_position desc limit 1) m '
      'where pgmb.group_position(g.no) < m.last_position)',
      candidate.partition) into consumed;
    continue when not (consumed or candidate.beyond_cap);
    if not consumed then
      perform pgmb.skip_unread(candidate.partition);
    end if;
    perform pgmb.drop_partition('pgmb.subscription_events', candidate.partition);
    delete from pgmb.closed_deliveries c where c.partition = candidate.name;
    return true;
  end loop;
  return false;
exception when lock_not_available then
  return false;
end
$$;

comment on function pgmb.drop_deliveries_partition(timestamptz) is
  'Drops one partition of deliveries that was closed before the retention period and that every group has acknowledged, or '
  'that was closed before the cap, if there is one; false if there is none or somebody is in the way.';

-- partitions/maintenance_step.sql
create or replace function pgmb.maintenance_step(current_ts timestamptz) returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  current_ts := pgmb.maintained_time(current_ts);
  -- Two at a time would only wait for each other.
  if not pg_try_advisory_xact_lock(hashtextextended('pgmb.maintenance_step', 0)) then
    return false;
  end if;
  return pgmb.split_events_partition(current_ts)
    or pgmb.close_deliveries_partition(current_ts)
    or pgmb.drop_deliveries_partition(current_ts)
    or pgmb.empty_events_partition(current_ts)
    or pgmb.drop_events_partition(current_ts);
end
$$;

comment on function pgmb.maintenance_step(timestamptz) is
  'Does one piece of partition maintenance, with short locks only; true if there may be more to do. Best called with '
  'autocommit until it returns false, so that each piece lets its locks go.';

-- subscriptions/is_abandoned.sql
create or replace function pgmb.is_abandoned(group_no bigint, since timestamptz) returns boolean
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  select exists (
    select from pgmb.subscription_groups g
    where g.no = is_abandoned.group_no
      and g.declaration is null
      and g.created_at < since
      and not exists (select from pgmb.subscriptions s where s.group_id = g.id)
      and not exists (select from pgmb.node_groups d where d.group_no = g.no)
      and not exists (
        select from pgmb.group_owner o join pgmb.nodes n on n.node = o.node
        where o.group_no = g.no and pgmb.is_lease_valid(n.renewed_at, n.lease)
      )
      and not exists (select from pgmb.retries r where r.group_no = g.no)
      and coalesce(
        (select d.tick from pgmb.subscription_events d where d.group_no = g.no order by d.last_position desc limit 1)
          < (select min(t.id) from pgmb.ticks t where t.ticked_at >= since),
        true
      )
  );
end;

comment on function pgmb.is_abandoned(bigint, timestamptz) is
  'Whether nobody asks for a group any more: it has no subscription, no handler declares or declared it, nobody reads it, '
  'nothing of it waits for another attempt, and since that time it was neither made nor given an event.';

-- subscriptions/expire_subscriptions.sql
create or replace function pgmb.expire_subscriptions(current_ts timestamptz) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  retained_since timestamptz := current_ts - pgmb.get_config_value('partition_retention_period')::interval;
  abandoned bigint;
begin
  -- Whoever is just becoming active, or is being declared, is not waited for: it does not expire.
  delete from pgmb.subscriptions s where s.id in (
    select e.id from pgmb.subscriptions e
    where e.expiry_interval is not null and pgmb.add_interval_imm(e.last_active_at, e.expiry_interval) < current_ts
    for update skip locked
  );
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    -- An older snapshot would not show who has subscribed since.
    return;
  end if;
  for abandoned in
    select g.no from pgmb.subscription_groups g where pgmb.is_abandoned(g.no, retained_since)
  loop
    -- From here on nobody subscribes, and nobody takes or acknowledges it; whoever just does so keeps it.
    perform from pgmb.subscription_groups g where g.no = abandoned for update skip locked;
    continue when not found;
    perform from pgmb.group_owner o where o.group_no = abandoned for update skip locked;
    continue when not found and exists (select from pgmb.group_owner o where o.group_no = abandoned);
    delete from pgmb.subscription_groups g where g.no = abandoned and pgmb.is_abandoned(g.no, retained_since);
  end loop;
end
$$;

comment on function pgmb.expire_subscriptions(timestamptz) is
  'Deletes the subscriptions that have expired, and the groups that nobody asks for any more; with them goes what they were '
  'given and did not acknowledge for as long as the log is kept. A group that a handler declared stays.';

-- partitions/clean_up.sql
create or replace function pgmb.clean_up(current_ts timestamptz) returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- Tables that were never analysed must not turn index probes into scans.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
declare
  kept_since timestamptz := pgmb.add_interval_imm(
    pgmb.maintained_time(current_ts), -pgmb.get_config_value('partition_retention_period')::interval);
  open_deliveries bigint := (
    select coalesce(p.lower_bound::bigint, 0) from pgmb.partitions('pgmb.subscription_events') p where p.upper_bound is null
  );
  last pgmb.ticks;
  most constant int := 10000;
  superseded bigint;
  outdated bigint;
begin
  current_ts := pgmb.maintained_time(current_ts);
  perform pgmb.adopt_restored_events();
  -- All but the last one of each group; it is the position. The oldest first: see advance.
  delete from pgmb.progress p
    using (
      select old.group_no, old.generation, old.from_pos
      from pgmb.subscription_groups g
      cross join lateral (
        select l.generation, l.from_pos from pgmb.progress l
        where l.group_no = g.no
        order by l.generation desc, l.from_pos desc limit 1
      ) newest
      cross join lateral (
        select o.group_no, o.generation, o.from_pos from pgmb.progress o
        where o.group_no = g.no and (o.generation, o.from_pos) < (newest.generation, newest.from_pos)
        order by o.generation, o.from_pos limit most
      ) old
      limit most
    ) s
    where p.group_no = s.group_no and p.generation = s.generation and p.from_pos = s.from_pos;
  get diagnostics superseded = row_count;
  -- Up to the first one that is needed, so that they have no gaps: the last one is the dispatcher's state, those of the open
  -- partition of deliveries tell how old it is, and after a restore the highest seq tells what had been dispatched.
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  delete from pgmb.ticks t
    where t.id = any (array(
      select o.id from pgmb.ticks o
      where o.id < (
        select kept.id from pgmb.ticks kept
        where kept.ticked_at >= kept_since or kept.to_seq > last.to_seq or kept.id >= least(open_deliveries - 1, last.id)
        order by kept.id limit 1
      )
      order by o.id limit most
    ));
  get diagnostics outdated = row_count;
  delete from pgmb.schedule_fronts f
    where f.no = any (array(
      select o.no from pgmb.schedule_fronts o where o.no < (select max(l.no) from pgmb.schedule_fronts l) order by o.no limit most
    ));
  perform pgmb.mend_schedule_front();
  perform pgmb.expire_subscriptions(current_ts);
  delete from pgmb.quarantines q where not exists (select from pgmb.subscriptions s where s.no = q.subscription_no);
  -- A node that was away for long registers again.
  delete from pgmb.nodes n where n.renewed_at < current_ts - greatest(interval '1 hour', n.lease * 10);
  return greatest(superseded, outdated) = most;
end
$$;

comment on function pgmb.clean_up(timestamptz) is
  'Deletes what no longer counts: superseded progress, ticks beyond retention, subscriptions that have expired, nodes that have '
  'vanished; and puts right what a restore may have left. Of what there is much of only so much that it takes no longer than a '
  'moment; true if there may be more.';

-- partitions/maintain_events_table.sql
create or replace procedure pgmb.maintain_events_table(current_ts timestamptz default now())
language plpgsql
security definer
set search_path = pgmb, pg_temp
as $$
begin
  while pgmb.clean_up(current_ts) loop
  end loop;
  -- Last, since its locks on the log stay until the end of this transaction.
  while pgmb.maintenance_step(current_ts) loop
  end loop;
end
$$;

comment on procedure pgmb.maintain_events_table(timestamptz) is
  'Creates and drops partitions and cleans up; safe to call at any time from anywhere. In one transaction: a client that '
  'may use several calls pgmb.maintenance_step, and then pgmb.clean_up, each until it returns false.';

-- what pg_cron does, if it is to

-- jobs/keep_ticking.sql
-- Without a search_path of its own, since a procedure with settings may not commit: everything is named in full.
create or replace procedure pgmb.keep_ticking(pause interval default null)
language plpgsql
as $$
declare
  -- The next run begins with the next minute. No run is cut off by its own time limit, since that would hit a tick.
  ends constant timestamptz := least(
    date_trunc('minute', clock_timestamp()) + interval '1 minute',
    clock_timestamp() + nullif(current_setting('statement_timeout')::interval, interval '0') / 2);
  more boolean;
begin
  loop
    begin
      select t.more or t.matches > 0 into more from pgmb.tick() t;
    exception when others then
      -- Whatever it was, the next tick tries again.
      raise warning 'pgmb: a tick failed: %', sqlerrm using errcode = sqlstate;
      more := false;
    end;
    -- Each tick is a transaction of its own: within a longer one it would stop all dispatch.
    commit;
    exit when clock_timestamp() >= ends;
    continue when more;
    exit when pause is null or clock_timestamp() + pause >= ends;
    perform pg_sleep(extract(epoch from pause)::double precision);
  end loop;
end
$$;

comment on procedure pgmb.keep_ticking(interval) is
  'Ticks until nothing is left; with a pause, goes on after each one until the minute is over, or until half of the session''s '
  'statement_timeout. What a scheduler runs that knows no shorter interval than a minute. To be called outside of a '
  'transaction.';

-- jobs/maintain_in_steps.sql
-- Without a search_path of its own, like keep_ticking.
create or replace procedure pgmb.maintain_in_steps(current_ts timestamptz default now())
language plpgsql
as $$
declare
  more boolean := true;
begin
  while more loop
    more := pgmb.maintenance_step(current_ts);
    commit;
  end loop;
  more := true;
  while more loop
    more := pgmb.clean_up(current_ts);
    commit;
  end loop;
end
$$;

comment on procedure pgmb.maintain_in_steps(timestamptz) is
  'Like maintain_events_table, but each step is a transaction of its own, which lets its locks go. To be called outside of a '
  'transaction.';

-- jobs/job_name.sql
create or replace function pgmb.job_name(task text) returns text
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  -- cut off as pg_cron would
  select format('pgmb %s %s', task, current_database())::name::text;
end;

comment on function pgmb.job_name(text) is 'What a job of this database is called in cron.job.';

-- jobs/has_pg_cron.sql
create or replace function pgmb.has_pg_cron() returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select exists (select from pg_extension x where x.extname = 'pg_cron');
end;

comment on function pgmb.has_pg_cron() is
  'Whether this database is the one of its cluster that has pg_cron.';

-- jobs/require_pg_cron.sql
create or replace function pgmb.require_pg_cron() returns void
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  problem text := case
    when not pgmb.has_pg_cron() then format('the database %s does not have the extension pg_cron', current_database())
    when not has_schema_privilege('cron', 'usage') then format('the role %s may not use pg_cron', current_user)
  end;
begin
  if problem is not null then
    raise exception '%', problem using errcode = 'PM018',
      hint = 'As a superuser, in this database: create extension pg_cron; grant usage on schema cron to the owner of the schema '
        'pgmb. If another database of the cluster has it, schedule the jobs from there.';
  end if;
end
$$;

comment on function pgmb.require_pg_cron() is 'Raises PM018 unless the caller may schedule jobs in this database.';

-- jobs/unschedule_jobs.sql
create or replace function pgmb.unschedule_jobs() returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
begin
  if pgmb.has_pg_cron() then
    perform pgmb.require_pg_cron();
    perform cron.unschedule(j.jobid) from cron.job j
      where j.jobname in (pgmb.job_name('tick'), pgmb.job_name('maintenance')) and j.username = current_user;
  end if;
end
$$;

comment on function pgmb.unschedule_jobs() is 'Ends the jobs of this database, if there are any.';

-- jobs/schedule_jobs.sql
create or replace function pgmb.schedule_jobs() returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  ticks text := pgmb.get_config_value('pg_cron_poll_for_events_cron');
begin
  perform pgmb.require_pg_cron();
  if ticks ~ '^\d+ seconds?$' then
    -- Also where pg_cron knows seconds (1.5): a run of it is a new connection and a row in cron.job_run_details.
    perform cron.schedule(pgmb.job_name('tick'), '* * * * *', format('call pgmb.keep_ticking(%L)', ticks));
    raise notice 'pgmb: a job that runs each minute ticks every %', ticks;
  else
    perform cron.schedule(pgmb.job_name('tick'), ticks, 'call pgmb.keep_ticking()');
  end if;
  perform cron.schedule(
    pgmb.job_name('maintenance'), pgmb.get_config_value('pg_cron_partition_maintenance_cron'), 'call pgmb.maintain_in_steps()');
end
$$;

comment on function pgmb.schedule_jobs() is
  'Has pg_cron tick and maintain as the settings say, instead of as before. Raises PM018 where it cannot, and what pg_cron '
  'says of a schedule.';

-- jobs/apply_job_settings.sql
create or replace function pgmb.apply_job_settings() returns trigger
language plpgsql volatile
-- Jobs run as who schedules them. That is to be the owner of the schema, whoever changes the setting: a superuser's tick would
-- give subscribers' conditions a superuser's rights.
security definer
set search_path = pgmb, pg_temp
as $$
begin
  if pgmb.get_config_value('use_pg_cron') = 'true' then
    perform pgmb.schedule_jobs();
  elsif coalesce(new.id, old.id) = 'use_pg_cron' then
    perform pgmb.unschedule_jobs();
  end if;
  return null;
end
$$;

comment on function pgmb.apply_job_settings() is
  'Makes the jobs of pg_cron what the settings say. Security definer: see above, and whoever may configure needs no right on '
  'pg_cron.';

do $$
begin
  if not exists (select from pg_trigger t where t.tgrelid = 'pgmb.config'::regclass and t.tgname = 'apply_job_settings') then
    create trigger apply_job_settings after insert or update or delete on pgmb.config
      for each row execute function pgmb.apply_job_settings();
  end if;
end
$$;

-- rows of users' tables as events

-- mutations/serialise_record_for_event.sql
-- Created once and never replaced: from then on it is the user's.
do $do$
begin
  if to_regprocedure('pgmb.serialise_record_for_event(oid, text, record)') is null then
    create function pgmb.serialise_record_for_event(
      tabl oid, op text, record record, serialised out jsonb, emit out boolean
    )
    language plpgsql stable strict parallel safe
    set search_path = pgmb, pg_temp
    as $$
    begin
      serialised := to_jsonb(record);
      emit := true;
    end
    $$;

    comment on function pgmb.serialise_record_for_event(oid, text, record) is
      'What events show of a row, and whether they do (emit). Replace it to choose rows and shape payloads: the body, not the '
      'names and types of the parameters. Called for each row of a table that is pushed, and for old and new of an update, with '
      'op INSERT, UPDATE or DELETE; runs with the rights of the schema''s owner, and an error in it fails the writer''s statement. '
      'A new version of the schema keeps it.';
  end if;
end
$do$;

-- mutations/mutation_topic.sql
create or replace function pgmb.mutation_topic(tabl oid, op text) returns text
language sql stable
begin atomic
  select lower(n.nspname || '.' || c.relname || '.' || op)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.oid = tabl;
end;

comment on function pgmb.mutation_topic(oid, text) is
  'The topic of a table''s events: <schema>.<table>.<op> in lower case. Names are short enough for any topic.';

-- mutations/changed_columns.sql
create or replace function pgmb.changed_columns(old jsonb, new jsonb) returns jsonb
language sql immutable parallel safe
begin atomic
  select case
    when jsonb_typeof(old) = 'object' and jsonb_typeof(new) = 'object' then (
      select coalesce(jsonb_object_agg(c.key, c.value), '{}')
      from (
        select n.key, n.value from jsonb_each(new) n where n.value is distinct from old -> n.key
        union all
        select o.key, 'null' from jsonb_object_keys(old) o (key) where not new ? o.key
      ) c
    )
    else new
  end;
end;

comment on function pgmb.changed_columns(jsonb, jsonb) is
  'The members of the new object that the old one does not have like that, with null for those that are gone. '
  'What is no object has changed as a whole.';

-- mutations/pushed_as.sql
create or replace function pgmb.pushed_as(tabl oid, trigger_name name) returns oid
language sql stable
begin atomic
  with recursive upwards as (
    select tabl as relid, 0 as height
    union all
    select i.inhparent, u.height + 1 from upwards u join pg_inherits i on i.inhrelid = u.relid
  )
  select u.relid
  from upwards u
  where exists (select from pg_trigger t where t.tgrelid = u.relid and t.tgname = trigger_name)
  order by u.height desc, u.relid
  limit 1;
end;

comment on function pgmb.pushed_as(oid, name) is
  'Under which table''s name the rows of a table are published: that of the topmost one above it with the trigger, since a row '
  'of a partition is a row of the partitioned table. Null if there is none.';

-- mutations/refuse_push.sql
create or replace function pgmb.refuse_push(tbl regclass, refusal text) returns void
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
begin
  raise exception 'events of % cannot be pushed: %', tbl, refusal
    using errcode = 'PM020',
      hint = 'Tables are pushed, and partitioned ones, but no views, foreign and temporary tables and tables of pgmb; in a tree its '
        'top or a leaf. Types of their columns belong to the owner of pgmb or to a superuser.';
end
$$;

comment on function pgmb.refuse_push(regclass, text) is
  'Raises PM020: a table''s rows cannot be published.';

-- mutations/publish_mutations.sql
create or replace function pgmb.publish_mutations() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- What is published does not depend on how the writer's session displays values.
set timezone = 'UTC'
set datestyle = 'ISO'
set intervalstyle = 'postgres'
set bytea_output = 'hex'
set extra_float_digits = 1
set jit = off
as $$
-- A table's columns may have any name: r.* and not r stands for its row, and variables beside them are qualified.
<<this>>
declare
  tabl oid := pgmb.pushed_as(tg_relid, tg_name);
  rows_are_pairs boolean := tg_op = 'UPDATE';
  untrusted name := pgmb.untrusted_column(tg_relid);
begin
  -- The table's owner may have added it since.
  if untrusted is not null then
    perform pgmb.refuse_push(tg_relid, format('the type of %I belongs to somebody else', untrusted));
  end if;
  -- A row that moves to another partition, and that a trigger there does not let in, is an old one without a new one.
  if tg_op = 'UPDATE' and exists (select from pg_inherits i where i.inhparent = tg_relid) then
    rows_are_pairs := (select count(*) from old_rows) = (select count(*) from new_rows);
  end if;
  if rows_are_pairs then
    -- The server appends each updated row's old and new version to the two tables at once, so the order pairs them, whatever
    -- happens to keys; keys would not, where cascades update one row twice. A full join never becomes a nested loop, which a
    -- plan made for one row would keep for many; coalesce keeps it full.
    insert into pgmb.events (topic, payload, metadata)
    select
      pgmb.mutation_topic(tabl, 'update'),
      coalesce(pgmb.changed_columns(o.shown, n.serialised), 'null'),
      jsonb_build_object('old', o.shown)
    from (
      select row_number() over () as no, case when s.emit then s.serialised end as shown
      from old_rows r cross join lateral pgmb.serialise_record_for_event(this.tabl, 'UPDATE', r.*) s
    ) o
    full join (
      select row_number() over () as no, s.serialised, s.emit
      from new_rows r cross join lateral pgmb.serialise_record_for_event(this.tabl, 'UPDATE', r.*) s
    ) n on n.no = o.no
    where coalesce(n.emit, false) and n.serialised is distinct from o.shown
    order by n.no;
    return null;
  end if;
  if tg_op <> 'INSERT' then
    insert into pgmb.events (topic, payload)
    select pgmb.mutation_topic(tabl, 'delete'), coalesce(e.serialised, 'null')
    from (
      select row_number() over () as no, s.serialised, s.emit
      from old_rows r cross join lateral pgmb.serialise_record_for_event(this.tabl, 'DELETE', r.*) s
    ) e
    where e.emit
    order by e.no;
  end if;
  if tg_op <> 'DELETE' then
    insert into pgmb.events (topic, payload)
    select pgmb.mutation_topic(tabl, 'insert'), coalesce(e.serialised, 'null')
    from (
      select row_number() over () as no, s.serialised, s.emit
      from new_rows r cross join lateral pgmb.serialise_record_for_event(this.tabl, 'INSERT', r.*) s
    ) e
    where e.emit
    order by e.no;
  end if;
  return null;
end
$$;

comment on function pgmb.publish_mutations() is
  'Trigger on tables that are pushed, for each statement: publishes its rows in the order in which it wrote them. Of an update '
  'in which rows were lost on their way to another partition, old and new rows are published as deletes and inserts. Security '
  'definer: whoever writes to the table needs no right on the schema.';

-- mutations/publish_mutation.sql
create or replace function pgmb.publish_mutation() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO'
set intervalstyle = 'postgres'
set bytea_output = 'hex'
set extra_float_digits = 1
as $$
declare
  row_before record;
  row_after record;
  untrusted name := pgmb.untrusted_column(tg_relid);
begin
  -- The table's owner may have added it since.
  if untrusted is not null then
    perform pgmb.refuse_push(tg_relid, format('the type of %I belongs to somebody else', untrusted));
  end if;
  if tg_op <> 'INSERT' then
    select s.* into row_before from pgmb.serialise_record_for_event(tg_relid, tg_op, old) s;
  end if;
  if tg_op <> 'DELETE' then
    select s.* into row_after from pgmb.serialise_record_for_event(tg_relid, tg_op, new) s;
  end if;
  if tg_op = 'INSERT' then
    insert into pgmb.events (topic, payload)
    select pgmb.mutation_topic(tg_relid, 'insert'), coalesce(row_after.serialised, 'null')
    where row_after.emit;
  elsif tg_op = 'DELETE' then
    insert into pgmb.events (topic, payload)
    select pgmb.mutation_topic(tg_relid, 'delete'), coalesce(row_before.serialised, 'null')
    where row_before.emit;
  else
    insert into pgmb.events (topic, payload, metadata)
    select
      pgmb.mutation_topic(tg_relid, 'update'),
      coalesce(pgmb.changed_columns(b.shown, row_after.serialised), 'null'),
      jsonb_build_object('old', b.shown)
    from (select case when row_before.emit then row_before.serialised end as shown) b
    where row_after.emit and row_after.serialised is distinct from b.shown;
  end if;
  return null;
end
$$;

comment on function pgmb.publish_mutation() is
  'Trigger on partitions and inheritance children that are pushed themselves, for each row: a statement that names the table '
  'above them fires no other trigger of theirs. A row that moves out or in is a delete or an insert. Security definer, like '
  'pgmb.publish_mutations.';

-- mutations/untrusted_column.sql
create or replace function pgmb.untrusted_column(tabl oid) returns name
language sql stable
begin atomic
  with recursive parts (column_name, type) as (
    select a.attname, a.atttypid
    from pg_attribute a
    where a.attrelid = tabl and a.attnum > 0 and not a.attisdropped and a.atttypid >= 16384
    union
    select p.column_name, part.type
    from parts p
    join pg_type t on t.oid = p.type
    cross join lateral (
      select t.typelem
      union all
      select t.typbasetype
      union all
      select a.atttypid from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    ) part (type)
    where part.type >= 16384
  )
  select p.column_name
  from parts p
  join pg_type t on t.oid = p.type
  join pg_roles owner on owner.oid = t.typowner
  -- A cast of a domain, an array or a composite type is never called, but those of its parts are. Whether there is one does not
  -- matter: an owner can make it at any moment, even while rows are being published.
  where t.typtype not in ('d', 'c') and t.typelem = 0 and not owner.rolsuper
    and t.typowner <> (select f.proowner from pg_proc f where f.oid = 'pgmb.publish_mutations()'::regprocedure)
  limit 1;
end;

comment on function pgmb.untrusted_column(oid) is
  'A column of a table that is not to be published, else null: the owner of its type, or of a part of it, could give that a cast '
  'to json, whose function would run with the rights of the schema''s owner. Superusers and that owner may.';

-- mutations/table_tree.sql
create or replace function pgmb.table_tree(tbl regclass) returns table (relid oid)
language sql stable
begin atomic
  with recursive downwards as (
    select tbl::oid as relid
    union
    select i.inhrelid from downwards d join pg_inherits i on i.inhparent = d.relid
  )
  select d.relid from downwards d;
end;

comment on function pgmb.table_tree(regclass) is
  'A table with all partitions and inheritance children below it.';

-- mutations/check_pushable.sql
create or replace function pgmb.check_pushable(tbl regclass) returns void
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  refusal text;
begin
  select
    case
      when c.relkind in ('r', 'p') is not true then 'it is not a table of this database'
      when c.relpersistence = 't' then 'it is temporary'
      when c.relnamespace = 'pgmb'::regnamespace then 'it is one of the broker''s own'
      when exists (select from pgmb.table_tree(tbl) t join pg_class f on f.oid = t.relid where f.relkind = 'f')
        then 'a foreign table is below it'
      when exists (select from pg_inherits i where i.inhrelid = tbl) and exists (select from pg_inherits i where i.inhparent = tbl)
        then 'it is neither the top of its tree nor a leaf'
      when u.col is not null then format('the type of %I belongs to somebody else', u.col)
    end
    into refusal
    from (select tbl as oid) t left join pg_class c on c.oid = t.oid
    left join lateral (
      select pgmb.untrusted_column(m.relid) as col from pgmb.table_tree(tbl) m order by col limit 1
    ) u on true;
  if refusal is not null then
    perform pgmb.refuse_push(tbl, refusal);
  end if;
end
$$;

comment on function pgmb.check_pushable(regclass) is
  'Raises PM020 if a table''s rows cannot be published.';

-- mutations/mutation_trigger.sql
create or replace function pgmb.mutation_trigger(per text, op text) returns name
language sql immutable
begin atomic
  -- Triggers fire in the order of their names: what others do to the table is to come after its cause.
  select ('00_pgmb_' || per || '_' || op)::name;
end;

comment on function pgmb.mutation_trigger(text, text) is
  'The name of the trigger that publishes insert, update or delete of a table, per row or per statement.';

-- mutations/set_mutation_trigger.sql
create or replace function pgmb.set_mutation_trigger(tbl regclass, per text, op text, wanted boolean) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  trigger_name text := pgmb.mutation_trigger(per, op);
begin
  -- Nothing to change takes no lock.
  if wanted = exists (select from pg_trigger t where t.tgrelid = tbl and t.tgname = trigger_name) then
    return;
  end if;
  -- Somebody else may do the same at this moment.
  if not wanted then
    execute format('drop trigger if exists %I on %s', trigger_name, tbl);
  elsif per = 'row' then
    execute format(
      'create or replace trigger %I after %s on %s for each row execute function pgmb.publish_mutation()', trigger_name, op, tbl
    );
  else
    execute format(
      'create or replace trigger %I after %s on %s referencing %s for each statement execute function pgmb.publish_mutations()',
      trigger_name, op, tbl,
      concat_ws(
        ' ',
        case when op <> 'insert' then 'old table as old_rows' end,
        case when op <> 'delete' then 'new table as new_rows' end
      )
    );
  end if;
end
$$;

comment on function pgmb.set_mutation_trigger(regclass, text, text, boolean) is
  'Creates or drops the trigger that publishes insert, update or delete of a table, per row or per statement.';

-- mutations/push_table_mutations.sql
create or replace function pgmb.push_table_mutations(
  tbl regclass, insert boolean default true, delete boolean default true, update boolean default true
) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  is_child boolean := exists (select from pg_inherits i where i.inhrelid = tbl);
  pushed record;
  member regclass;
begin
  if insert or delete or update then
    perform pgmb.check_pushable(tbl);
  end if;
  for pushed in
    select f.op, coalesce(f.wanted, false) as wanted
    from (values ('insert', push_table_mutations.insert), ('delete', push_table_mutations.delete),
      ('update', push_table_mutations.update)) f (op, wanted)
  loop
    perform pgmb.set_mutation_trigger(tbl, 'row', pushed.op, pushed.wanted and is_child);
    if pgmb.pushed_as(tbl, pgmb.mutation_trigger('statement', pushed.op)) is distinct from tbl and is_child then
      -- What its statements fire belongs to a table above it.
      continue;
    end if;
    for member in select t.relid from pgmb.table_tree(tbl) t loop
      perform pgmb.set_mutation_trigger(member, 'statement', pushed.op, pushed.wanted and not is_child);
    end loop;
  end loop;
end
$$;

comment on function pgmb.push_table_mutations(regclass, boolean, boolean, boolean) is
  'From now on, what statements do to a table''s rows is published in their transaction as <schema>.<table>.insert, update and '
  'delete; an operation whose flag is false is not. Call it again to change that, and after a partition or child was added. '
  'Needs the right to create triggers on the table, and to drop one its ownership. PM020 if it is no table.';

-- mutations/stop_table_mutations_push.sql
create or replace function pgmb.stop_table_mutations_push(tbl regclass) returns void
language sql volatile
begin atomic
  select pgmb.push_table_mutations(tbl, false, false, false);
end;

comment on function pgmb.stop_table_mutations_push(regclass) is
  'From now on, nothing of what statements do to a table is published. Needs its ownership.';

-- who may do what

-- roles/grant_all.sql
create or replace function pgmb.grant_all(privileges text[], role regrole) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  privilege text;
begin
  -- To grant what one may not is a warning only.
  if exists (select from pg_namespace n where n.oid = 'pgmb'::regnamespace and not pg_has_role(n.nspowner, 'usage'))
    or exists (select from pg_class c where c.oid = 'pgmb.events'::regclass and not pg_has_role(c.relowner, 'usage'))
  then
    raise exception '% may not grant rights on the schema pgmb', current_user
      using errcode = 'PM019', hint = 'Let the owner of the schema and its tables do it.';
  end if;
  foreach privilege in array privileges loop
    execute format('grant %s to %s', privilege, role);
  end loop;
end
$$;

comment on function pgmb.grant_all(text[], regrole) is
  'Grants each of the privileges to a role; PM019 unless the caller owns the schema.';

-- roles/grant_publish.sql
create or replace function pgmb.grant_publish(role regrole) returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  select pgmb.grant_all(
    array[
      'usage on schema pgmb',
      -- Not the table: whoever gives xact_id or seq itself is not dispatched, or out of order.
      'insert (id, topic, payload, metadata, subscription_id) on pgmb.events',
      -- for "returning id"
      'select (id) on pgmb.events',
      'usage on sequence pgmb.event_seq, pgmb.id_suffix',
      'select on pgmb.config',
      'execute on routine pgmb.create_event_id, pgmb.create_random_bigint, pgmb.extract_date_from_event_id,'
        || ' pgmb.get_config_value',
      -- The mark by which the script finds the role again, since what it is to have may grow with a version. Who calls it
      -- without owning the schema is refused.
      'execute on routine pgmb.grant_publish'
    ],
    role
  );
end;

comment on function pgmb.grant_publish(regrole) is
  'Lets a role publish, and nothing else: it cannot read payloads, nor say when it published, nor tick. Each run of the '
  'script brings it up to date. To be called by the owner of the schema.';

-- roles/grant_consume.sql
create or replace function pgmb.grant_consume(role regrole) returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  select pgmb.grant_all(
    array[
      'usage on schema pgmb',
      'select on pgmb.config, pgmb.events, pgmb.subscription_groups, pgmb.subscriptions, pgmb.group_status, pgmb.node_groups,'
        || ' pgmb.retry_status',
      'insert (id) on pgmb.subscription_groups',
      'insert (group_id, conditions_sql, params, expiry_interval, last_active_at) on pgmb.subscriptions',
      'update (expiry_interval, last_active_at) on pgmb.subscriptions',
      'delete on pgmb.subscriptions',
      'usage on sequence pgmb.group_no, pgmb.subscription_no, pgmb.id_suffix',
      -- what other clients call
      'execute on routine pgmb.poll_for_events, pgmb.read_next_events, pgmb.set_group_cursor, pgmb.release_group_lock,'
        || ' pgmb.read_events, pgmb.replay_events, pgmb.maintain_events_table, pgmb.keep_ticking, pgmb.maintain_in_steps,'
        || ' pgmb.add_interval_imm, pgmb.create_event_id, pgmb.create_random_bigint, pgmb.extract_date_from_event_id,'
        || ' pgmb.get_config_value',
      -- what the nodes of applications call
      'execute on routine pgmb.tick, pgmb.limit_tick, pgmb.register_node, pgmb.renew_lease, pgmb.declare_handler, pgmb.take_over,'
        || ' pgmb.read_group, pgmb.missing_events, pgmb.advance, pgmb.set_aside, pgmb.read_retries, pgmb.next_retry,'
        || ' pgmb.settle_retry, pgmb.hand_over, pgmb.withdraw_handler, pgmb.remove_node, pgmb.maintenance_step, pgmb.clean_up,'
        || ' pgmb.list_dead_letters, pgmb.redrive_dead_letters, pgmb.discard_dead_letters',
      -- what tables and views call for whoever uses them
      'execute on routine pgmb.subscription_identity, pgmb.text_hash, pgmb.group_position, pgmb.waiting_since,'
        || ' pgmb.is_lease_valid',
      -- the mark, as in grant_publish
      'execute on routine pgmb.grant_consume'
    ],
    role
  );
end;

comment on function pgmb.grant_consume(regrole) is
  'Lets a role subscribe, dispatch and read, be it as a client or as a node of an application, without rights on what the '
  'broker keeps; it cannot publish. Such roles trust each other: each may read every group, and speak for every reader. Each '
  'run of the script brings the role up to date. To be called by the owner of the schema.';

-- conditions/sandbox.sql
-- Roles belong to the cluster, so that each database has one of its own, and a copy or restore of a database goes on with the
-- one it was made with. Which statements are allowed depends on who installs; where they are not, conditions run without it.
do $$
declare
  evaluate regprocedure;
  reader text;
  granted regprocedure;
begin
  select p.oid, p.proowner::regrole::text into evaluate, reader
    from pg_proc p where p.pronamespace = 'pgmb'::regnamespace and p.proname = 'evaluate_in_sandbox';
  if not pgmb.is_sandboxed() then
    select 'pgmb_reader_' || d.oid into reader from pg_database d where d.datname = current_database();
    if not exists (select from pg_roles r where r.rolname = reader) then
      execute format('create role %I nologin', reader);
    end if;
    -- Whoever creates a role may not yet act as it, from PostgreSQL 16 on.
    if not pg_has_role(reader, 'usage')
      or (case when current_setting('server_version_num')::int >= 160000 then not pg_has_role(reader, 'set') else false end)
    then
      execute format('grant %I to current_user', reader);
    end if;
    -- To create is what a new owner must be allowed to, and for this moment only.
    execute format('grant usage, create on schema pgmb to %I', reader);
    execute format('alter function %s owner to %I', evaluate, reader);
    execute format('revoke create on schema pgmb from %I', reader);
    execute format('grant execute on function %s to %I', evaluate, current_user);
  end if;
  execute format('grant select (id, topic, payload, metadata, subscription_id, seq, xact_id) on pgmb.events to %s', reader);
  execute format('grant select (no, id, group_id, params, condition_no) on pgmb.subscriptions to %s', reader);
  execute format('grant select (subscription_no) on pgmb.quarantines to %s', reader);
  for granted in
    select p.oid from pg_proc p
    where p.pronamespace = 'pgmb'::regnamespace
      and p.proname in (
        'evaluate_conditions', 'conditions_as_one', 'window_events', 'topic_matches', 'extract_date_from_event_id',
        'add_interval_imm'
      )
  loop
    execute format('grant execute on function %s to %s', granted, reader);
  end loop;
exception when insufficient_privilege then
  set local client_min_messages = notice;
  raise notice 'conditions are not confined: % may not create a role for that', current_user using hint = format(
    'As an administrator: create role %1$s nologin; grant %1$s to %2$I. Then run this script again.', reader, current_user);
  set local client_min_messages = warning;
end
$$;

-- schema/privileges.sql
-- Nobody but the owner may call anything unless it is granted.
do $$
declare
  routine regprocedure;
begin
  for routine in
    select p.oid from pg_proc p where p.pronamespace = 'pgmb'::regnamespace
  loop
    execute format('revoke all on routine %s from public', routine);
  end loop;
end
$$;

do $$
declare
  granted jsonb;
begin
  for granted in select g from jsonb_array_elements(current_setting('pgmb.grants')::jsonb) g loop
    if to_regprocedure(granted ->> 0) is not null then
      execute format('grant execute on routine %s to %s', granted ->> 0, granted ->> 1);
    end if;
  end loop;
end
$$;

-- What there is to be granted may have grown.
do $$
begin
  perform pgmb.grant_publish(a.grantee)
    from pg_proc p cross join lateral aclexplode(p.proacl) a
    where p.oid = 'pgmb.grant_publish(regrole)'::regprocedure and a.grantee not in (0, p.proowner);
  perform pgmb.grant_consume(a.grantee)
    from pg_proc p cross join lateral aclexplode(p.proacl) a
    where p.oid = 'pgmb.grant_consume(regrole)'::regprocedure and a.grantee not in (0, p.proowner);
end
$$;

call pgmb.maintain_events_table();
