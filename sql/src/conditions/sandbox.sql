-- Roles belong to the cluster, so that each database has one of its own, and a copy or restore of a database goes on with the
-- one it was made with. Which statements are allowed depends on who installs; where they are not, conditions run without it.
do $$
declare
  evaluate regprocedure;
  reader text;
  granted regprocedure;
begin
  select p.oid, p.proowner::regrole::text into evaluate, reader
    from pg_proc p where p.pronamespace = 'pgmb'::regnamespace and p.proname = 'evaluate_in_sandbox';
  if not pgmb.is_sandboxed() then
    select 'pgmb_reader_' || d.oid into reader from pg_database d where d.datname = current_database();
    if not exists (select from pg_roles r where r.rolname = reader) then
      execute format('create role %I nologin', reader);
    end if;
    -- Whoever creates a role may not yet act as it, from PostgreSQL 16 on.
    if not pg_has_role(reader, 'usage')
      or (case when current_setting('server_version_num')::int >= 160000 then not pg_has_role(reader, 'set') else false end)
    then
      execute format('grant %I to current_user', reader);
    end if;
    -- To create is what a new owner must be allowed to, and for this moment only.
    execute format('grant usage, create on schema pgmb to %I', reader);
    execute format('alter function %s owner to %I', evaluate, reader);
    execute format('revoke create on schema pgmb from %I', reader);
    execute format('grant execute on function %s to %I', evaluate, current_user);
  end if;
  execute format('grant select (id, topic, payload, metadata, subscription_id, seq, xact_id) on pgmb.events to %s', reader);
  execute format('grant select (no, id, group_id, params, condition_no) on pgmb.subscriptions to %s', reader);
  execute format('grant select (subscription_no) on pgmb.quarantines to %s', reader);
  for granted in
    select p.oid from pg_proc p
    where p.pronamespace = 'pgmb'::regnamespace
      and p.proname in (
        'evaluate_conditions', 'conditions_as_one', 'window_events', 'topic_matches', 'extract_date_from_event_id',
        'add_interval_imm'
      )
  loop
    execute format('grant execute on function %s to %s', granted, reader);
  end loop;
exception when insufficient_privilege then
  set local client_min_messages = notice;
  raise notice 'conditions are not confined: % may not create a role for that', current_user using hint = format(
    'As an administrator: create role %1$s nologin; grant %1$s to %2$I. Then run this script again.', reader, current_user);
  set local client_min_messages = warning;
end
$$;
