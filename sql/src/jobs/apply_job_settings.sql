create or replace function pgmb.apply_job_settings() returns trigger
language plpgsql volatile
-- Jobs run as who schedules them. That is to be the owner of the schema, whoever changes the setting: a superuser's tick would
-- give subscribers' conditions a superuser's rights.
security definer
set search_path = pgmb, pg_temp
as $$
begin
  if pgmb.get_config_value('use_pg_cron') = 'true' then
    perform pgmb.schedule_jobs();
  elsif coalesce(new.id, old.id) = 'use_pg_cron' then
    perform pgmb.unschedule_jobs();
  end if;
  return null;
end
$$;

comment on function pgmb.apply_job_settings() is
  'Makes the jobs of pg_cron what the settings say. Security definer: see above, and whoever may configure needs no right on '
  'pg_cron.';

do $$
begin
  if not exists (select from pg_trigger t where t.tgrelid = 'pgmb.config'::regclass and t.tgname = 'apply_job_settings') then
    create trigger apply_job_settings after insert or update or delete on pgmb.config
      for each row execute function pgmb.apply_job_settings();
  end if;
end
$$;
