create or replace function pgmb.replay_receiver(sid varchar) returns pgmb.subscriptions
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  receiver pgmb.subscriptions;
begin
  select s.* into receiver from pgmb.subscriptions s where s.id = sid;
  if not found then
    raise exception 'there is no subscription %', coalesce(quote_literal(sid), 'null')
      using errcode = 'PM013', hint = 'Ids are pgmb.events.id, pgmb.subscriptions.id and pgmb.subscription_groups.id.';
  end if;
  if exists (select from pgmb.quarantines q where q.subscription_no = receiver.no) then
    raise exception 'subscription % is in quarantine', sid
      using errcode = 'PM015', hint = 'Mend its condition, or release it: pgmb.release_quarantine.';
  end if;
  return receiver;
end
$$;

comment on function pgmb.replay_receiver(varchar) is
  'The subscription that is to be replayed, as the calling statement sees it: PM013 if there is none, PM015 if its condition is in '
  'quarantine, since what it receives cannot be told then.';
