create or replace function pgmb.release_quarantine(
  subscription_id pgmb.subscription_id, out from_event_id pgmb.event_id, out to_event_id pgmb.event_id
)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  missed pgmb.quarantines;
begin
  -- After the running tick, which leaves the subscription out, and before the next one.
  perform from pgmb.dispatcher for update;
  delete from pgmb.quarantines q using pgmb.subscriptions s
    where s.id = release_quarantine.subscription_id and q.subscription_no = s.no
    returning q.* into missed;
  if not found then
    raise exception 'subscription % is not in quarantine', subscription_id
      using errcode = 'PM014', hint = 'pgmb.subscription_status shows those that are.';
  end if;
  select (array_agg(e.id order by t.id, e.seq))[1], (array_agg(e.id order by t.id desc, e.seq desc))[1]
    into from_event_id, to_event_id
    from pgmb.ticks t
    cross join lateral pgmb.window_events(
      t.previous, t.snapshot, case t.id when missed.tick then missed.after_seq else t.after_seq end, t.to_seq
    ) e
    where t.id >= missed.tick;
end
$$;

comment on function pgmb.release_quarantine(pgmb.subscription_id) is
  'Evaluates the condition again, from the next tick on. What was not matched meanwhile is, in the order of ticks, everything '
  'from from_event_id to to_event_id, both included; null if there was nothing. PM014 if it is not in quarantine.';
