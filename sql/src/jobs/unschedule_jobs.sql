create or replace function pgmb.unschedule_jobs() returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
begin
  if pgmb.has_pg_cron() then
    perform pgmb.require_pg_cron();
    perform cron.unschedule(j.jobid) from cron.job j
      where j.jobname in (pgmb.job_name('tick'), pgmb.job_name('maintenance')) and j.username = current_user;
  end if;
end
$$;

comment on function pgmb.unschedule_jobs() is 'Ends the jobs of this database, if there are any.';
