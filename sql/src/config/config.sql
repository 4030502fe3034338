-- Settings that belong to the database rather than to a node. Changes take effect on the fly.
do $$
begin
  if to_regtype('pgmb.config_type') is null then
    create type pgmb.config_type as enum (
      'plugin_version',
      'schema_checksum',
      'partition_retention_period',
      'partition_interval',
      'future_intervals_to_create',
      'poll_chunk_size'
    );
  end if;
end
$$;

create table if not exists pgmb.config (
  id pgmb.config_type primary key,
  value text
);

insert into pgmb.config (id, value) values
  -- the version of this schema
  ('plugin_version', '0.1.0'),
  -- of the installed script, set by the module that installed it
  ('schema_checksum', null),
  -- how long events and ticks are kept at least
  ('partition_retention_period', '7 days'),
  -- the time that one partition of the log covers; more than some 40 partitions make an idle tick slow
  ('partition_interval', '1 day'),
  -- how many partitions are made ahead of time
  ('future_intervals_to_create', '2'),
  -- the most events that one tick dispatches; less than 50,000 makes big backlogs slow, since each step sorts the rest
  ('poll_chunk_size', '50000')
on conflict (id) do nothing;

update pgmb.config set value = '0.1.0' where id = 'plugin_version' and value <> '0.1.0';
