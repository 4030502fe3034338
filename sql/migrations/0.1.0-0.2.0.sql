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
  'poll_chunk_size'
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
      else true
    end,
    false
  )
);

alter table pgmb.subscriptions
  add column expiry_interval interval,
  add column last_active_at timestamptz not null default now();

-- eras
drop function pgmb.has_undispatched_events(pg_snapshot);

-- replay
drop function pgmb.assign_events(pgmb.ticks), pgmb.match_condition(bigint, pgmb.ticks);
