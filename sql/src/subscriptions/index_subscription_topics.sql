create or replace function pgmb.index_subscription_topics() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- The check of the foreign key is planned once for a session, here; a scan of a table that was empty then would visit each row that it has since.
set enable_seqscan = off
set jit = off
as $$
begin
  if tg_op = 'UPDATE' then
    delete from pgmb.subscription_topics t where t.subscription_no = new.no;
  end if;
  insert into pgmb.subscription_topics (key, is_prefix, subscription_no)
  select distinct
    case when c.prefixes and t.topic like '%.*' then left(t.topic, -1) else t.topic end,
    c.prefixes and t.topic like '%.*',
    new.no
  from pgmb.is_topical_condition(new.conditions_sql) c
  cross join jsonb_array_elements(
    case when jsonb_typeof(new.params -> 'topics') = 'array' then new.params -> 'topics' else '[]' end
  ) j (topic)
  cross join lateral (select j.topic #>> '{}' as topic) t
  -- The topic of an event is no longer than that, and an index entry could not be.
  where c.topical and jsonb_typeof(j.topic) = 'string' and length(t.topic) <= 256;
  return null;
end
$$;

comment on function pgmb.index_subscription_topics() is
  'Trigger on subscriptions: keeps pgmb.subscription_topics.';

do $$
begin
  if not exists (
    select from pg_trigger where tgname = 'index_subscription_topics' and tgrelid = 'pgmb.subscriptions'::regclass
  ) then
    create trigger index_subscription_topics after insert or update of conditions_sql, params on pgmb.subscriptions
      for each row execute function pgmb.index_subscription_topics();
  end if;
end
$$;
