-- Nobody but the owner may call anything unless it is granted.
do $$
declare
  routine regprocedure;
begin
  for routine in
    select p.oid from pg_proc p where p.pronamespace = 'pgmb'::regnamespace
  loop
    execute format('revoke all on routine %s from public', routine);
  end loop;
end
$$;

do $$
declare
  granted jsonb;
begin
  for granted in select g from jsonb_array_elements(current_setting('pgmb.grants')::jsonb) g loop
    if to_regprocedure(granted ->> 0) is not null then
      execute format('grant execute on routine %s to %s', granted ->> 0, granted ->> 1);
    end if;
  end loop;
end
$$;

-- What there is to be granted may have grown.
do $$
begin
  perform pgmb.grant_publish(a.grantee)
    from pg_proc p cross join lateral aclexplode(p.proacl) a
    where p.oid = 'pgmb.grant_publish(regrole)'::regprocedure and a.grantee not in (0, p.proowner);
  perform pgmb.grant_consume(a.grantee)
    from pg_proc p cross join lateral aclexplode(p.proacl) a
    where p.oid = 'pgmb.grant_consume(regrole)'::regprocedure and a.grantee not in (0, p.proowner);
end
$$;
