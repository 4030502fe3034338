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
