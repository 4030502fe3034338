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
