create or replace function pgmb.release_quarantine(
  subscription_id pgmb.subscription_id, out after_event_id pgmb.event_id, out to_event_id pgmb.event_id
)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  missed pgmb.quarantines;
  next pgmb.ticks;
begin
  -- After the running tick, which leaves the subscription out, and before the next one.
  perform from pgmb.dispatcher for update;
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    -- A tick that an older snapshot does not show has the same key: 40001.
    select t.* into strict next from pgmb.ticks t order by t.id desc limit 1;
    next.id := next.id + 1;
    insert into pgmb.ticks select next.* on conflict do nothing;
    delete from pgmb.ticks t where t.id = next.id;
  end if;
  delete from pgmb.quarantines q using pgmb.subscriptions s
    where s.id = release_quarantine.subscription_id and q.subscription_no = s.no
    returning q.* into missed;
  if not found then
    raise exception 'subscription % is not in quarantine', subscription_id
      using errcode = 'PM014', hint = 'pgmb.subscription_status shows those that are.';
  end if;
  -- What stands before them in the order of dispatch: an event of the same tick, or the moment of the tick before.
  select coalesce(
    (
      select e.id from pgmb.ticks t
      cross join lateral pgmb.window_events(t.previous, t.snapshot, t.after_seq, missed.after_seq) e
      where t.id = missed.tick
      order by e.seq desc limit 1
    ),
    (select pgmb.create_event_id(t.ticked_at, 0) from pgmb.ticks t where t.id < missed.tick order by t.id desc limit 1)
  ) into after_event_id;
  select e.id into to_event_id
    from pgmb.ticks t
    cross join lateral pgmb.window_events(
      t.previous, t.snapshot, case t.id when missed.tick then missed.after_seq else t.after_seq end, t.to_seq
    ) e
    where t.id >= missed.tick
    order by t.id desc, e.seq desc limit 1;
end
$$;

comment on function pgmb.release_quarantine(pgmb.subscription_id) is
  'Evaluates the condition again, from the next tick on. What was not matched meanwhile is everything that was dispatched '
  'after after_event_id up to to_event_id, which is null if there was nothing: pgmb.replay_events(group_id, subscription_id, '
  'after_event_id, …) returns what the subscription would have received of it. PM014 if it is not in quarantine.';
