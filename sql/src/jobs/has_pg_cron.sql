create or replace function pgmb.has_pg_cron() returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select exists (select from pg_extension x where x.extname = 'pg_cron');
end;

comment on function pgmb.has_pg_cron() is
  'Whether this database is the one of its cluster that has pg_cron.';
