create or replace function pgmb.prepare_subscription() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  new.condition_no := pgmb.create_condition(new.conditions_sql);
  return new;
end
$$;

comment on function pgmb.prepare_subscription() is
  'Trigger on subscriptions: checks the condition at its first use.';

do $$
begin
  if not exists (select from pg_trigger where tgname = 'prepare_subscription' and tgrelid = 'pgmb.subscriptions'::regclass) then
    create trigger prepare_subscription before insert or update of conditions_sql on pgmb.subscriptions
      for each row execute function pgmb.prepare_subscription();
  end if;
end
$$;
