-- Functions that a migration has to make anew keep what others were granted.
do $$
begin
  perform set_config(
    'pgmb.grants',
    (
      select coalesce(jsonb_agg(jsonb_build_array(
        p.oid::regprocedure::text, a.grantee::regrole::text || case when a.is_grantable then ' with grant option' else '' end
      )), '[]')::text
      from pg_proc p cross join lateral aclexplode(p.proacl) a
      where p.pronamespace = 'pgmb'::regnamespace and a.grantee not in (0, p.proowner)
    ),
    true
  );
end
$$;
