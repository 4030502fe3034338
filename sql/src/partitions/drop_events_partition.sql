create or replace function pgmb.drop_events_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
set lock_timeout = '100ms'
set enable_seqscan = off
as $$
declare
  candidate record;
  cutoff pgmb.event_id := pgmb.create_event_id(
    current_ts - pgmb.get_config_value('partition_retention_period')::interval, 0);
  undispatched boolean;
  in_use boolean;
begin
  for candidate in
    select p.partition, p.upper_bound::pgmb.event_id as upper_bound
    from pgmb.partitions('pgmb.events') p
    where p.upper_bound is not null and p.upper_bound::pgmb.event_id <= cutoff
    order by p.upper_bound collate "C"
  loop
    continue when pgmb.needs_events_below(candidate.upper_bound);
    -- From here on nobody adds to it, and the snapshot of each further statement shows all that it holds.
    execute format('lock table %s in access exclusive mode', candidate.partition);
    execute format('select exists (select from %s)', candidate.partition) into in_use;
    if in_use then
      execute format(
        'select exists (select from %s e, pgmb.ticks t where t.id = (select max(id) from pgmb.ticks) '
        'and not (t.complete and pg_visible_in_snapshot(e.xact_id, t.snapshot)))',
        candidate.partition) into undispatched;
      -- Again: a tick may have come between.
      continue when undispatched or pgmb.needs_events_below(candidate.upper_bound);
      -- Gives the disk back even while the parent's lock cannot be had.
      execute format('truncate %s', candidate.partition);
      return true;
    end if;
    perform pgmb.drop_partition('pgmb.events', candidate.partition);
    return true;
  end loop;
  return false;
exception when lock_not_available then
  return false;
end
$$;

comment on function pgmb.drop_events_partition(timestamptz) is
  'Empties or drops one partition of the log that is older than the retention period, fully dispatched, and not referred to '
  'by any delivery; false if there is none or somebody is in the way.';
