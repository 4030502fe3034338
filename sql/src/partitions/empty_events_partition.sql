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
    current_ts - pgmb.get_config_value('partition_retention_period')::interval, 0);
  last pgmb.ticks;
  in_use boolean;
  undispatched boolean;
begin
  -- In the middle of a window, or after a restore, nothing tells which events are dispatched.
  select t.* into strict last from pgmb.ticks t order by t.id desc limit 1;
  if not last.complete or pgmb.is_restored(last.id) then
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
    ) into undispatched using last.snapshot, (select e.after_seq from pgmb.eras e where e.era = last.era);
    continue when undispatched;
    execute format('truncate %s', candidate.partition);
    return true;
  end loop;
  return false;
exception when lock_not_available then
  return false;
end
$$;

comment on function pgmb.empty_events_partition(timestamptz) is
  'Gives back the space of one partition of the log that is older than the retention period, fully dispatched, and not '
  'referred to by any delivery; false if there is none or somebody is in the way. Publishers need not wait for it.';
