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
