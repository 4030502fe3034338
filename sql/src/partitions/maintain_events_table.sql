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
