create or replace function pgmb.grant_all(privileges text[], role regrole) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  privilege text;
begin
  -- To grant what one may not is a warning only.
  if exists (select from pg_namespace n where n.oid = 'pgmb'::regnamespace and not pg_has_role(n.nspowner, 'usage'))
    or exists (select from pg_class c where c.oid = 'pgmb.events'::regclass and not pg_has_role(c.relowner, 'usage'))
  then
    raise exception '% may not grant rights on the schema pgmb', current_user
      using errcode = 'PM019', hint = 'Let the owner of the schema and its tables do it.';
  end if;
  foreach privilege in array privileges loop
    execute format('grant %s to %s', privilege, role);
  end loop;
end
$$;

comment on function pgmb.grant_all(text[], regrole) is
  'Grants each of the privileges to a role; PM019 unless the caller owns the schema.';
