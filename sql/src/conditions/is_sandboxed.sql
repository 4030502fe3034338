create or replace function pgmb.is_sandboxed() returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  -- A restore into a cluster that lacks the role leaves the function to whoever restores, which may be a superuser.
  select exists (
    select from pg_proc p join pg_roles r on r.oid = p.proowner
    where p.pronamespace = 'pgmb'::regnamespace and p.proname = 'evaluate_in_sandbox'
      and r.rolname ~ '^pgmb_reader_\d+$' and not r.rolsuper
  );
end;

comment on function pgmb.is_sandboxed() is
  'Whether conditions run as a role of their own, that may only read what they need. If not, they run with the rights of '
  'whoever ticks, in a transaction that is read-only meanwhile.';
