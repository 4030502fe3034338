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
      'pg_cron_partition_maintenance_cron'
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
  ('pg_cron_partition_maintenance_cron', '*/10 * * * *')
on conflict (id) do nothing;

update pgmb.config c set value = current_setting(v.setting)
from (values
  ('plugin_version'::pgmb.config_type, 'pgmb.schema_version'), ('oldest_client', 'pgmb.oldest_client')
) v (id, setting)
where c.id = v.id and c.value is distinct from current_setting(v.setting);
