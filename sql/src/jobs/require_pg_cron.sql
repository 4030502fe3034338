create or replace function pgmb.require_pg_cron() returns void
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  problem text := case
    when not pgmb.has_pg_cron() then format('the database %s does not have the extension pg_cron', current_database())
    when not has_schema_privilege('cron', 'usage') then format('the role %s may not use pg_cron', current_user)
  end;
begin
  if problem is not null then
    raise exception '%', problem using errcode = 'PM018',
      hint = 'As a superuser, in this database: create extension pg_cron; grant usage on schema cron to the owner of the schema '
        'pgmb. If another database of the cluster has it, schedule the jobs from there.';
  end if;
end
$$;

comment on function pgmb.require_pg_cron() is 'Raises PM018 unless the caller may schedule jobs in this database.';
