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
