create or replace function pgmb.expire_subscriptions(current_ts timestamptz) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  retained_since timestamptz := current_ts - pgmb.get_config_value('partition_retention_period')::interval;
  abandoned bigint;
begin
  -- Whoever is just becoming active, or is being declared, is not waited for: it does not expire.
  delete from pgmb.subscriptions s where s.id in (
    select e.id from pgmb.subscriptions e
    where e.expiry_interval is not null and pgmb.add_interval_imm(e.last_active_at, e.expiry_interval) < current_ts
    for update skip locked
  );
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    -- An older snapshot would not show who has subscribed since.
    return;
  end if;
  for abandoned in
    select g.no from pgmb.subscription_groups g where pgmb.is_abandoned(g.no, retained_since)
  loop
    -- From here on nobody subscribes, and nobody takes or acknowledges it; whoever just does so keeps it.
    perform from pgmb.subscription_groups g where g.no = abandoned for update skip locked;
    continue when not found;
    perform from pgmb.group_owner o where o.group_no = abandoned for update skip locked;
    continue when not found and exists (select from pgmb.group_owner o where o.group_no = abandoned);
    delete from pgmb.subscription_groups g where g.no = abandoned and pgmb.is_abandoned(g.no, retained_since);
  end loop;
end
$$;

comment on function pgmb.expire_subscriptions(timestamptz) is
  'Deletes the subscriptions that have expired, and the groups that nobody asks for any more; with them goes what they were '
  'given and did not acknowledge for as long as the log is kept. A group that a handler declared stays.';
