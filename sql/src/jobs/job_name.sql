create or replace function pgmb.job_name(task text) returns text
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  -- cut off as pg_cron would
  select format('pgmb %s %s', task, current_database())::name::text;
end;

comment on function pgmb.job_name(text) is 'What a job of this database is called in cron.job.';
