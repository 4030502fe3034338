create or replace function pgmb.keep_declared_subscription() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  -- A generated column has no value yet.
  if exists (
    select from pgmb.subscription_groups g
    where g.id = new.group_id
      and g.declaration = pgmb.subscription_identity(new.group_id, new.conditions_sql, new.params)
  ) then
    new.expiry_interval := null;
  end if;
  return new;
end
$$;

comment on function pgmb.keep_declared_subscription() is
  'Trigger on subscriptions: what a handler declares does not expire, whatever another client says of it.';

do $$
begin
  if not exists (
    select from pg_trigger where tgname = 'keep_declared_subscription' and tgrelid = 'pgmb.subscriptions'::regclass
  ) then
    create trigger keep_declared_subscription
      before insert or update of expiry_interval, group_id, conditions_sql, params on pgmb.subscriptions
      for each row when (new.expiry_interval is not null) execute function pgmb.keep_declared_subscription();
  end if;
end
$$;
