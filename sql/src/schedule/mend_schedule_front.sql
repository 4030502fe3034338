create or replace function pgmb.mend_schedule_front() returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
begin
  if exists (select from pgmb.scheduled_events s where s.due_at < pgmb.schedule_front())
    and current_setting('transaction_isolation') in ('read committed', 'read uncommitted')
  then
    -- No tick may move it on meanwhile.
    perform from pgmb.dispatcher for update;
    insert into pgmb.schedule_fronts (due_at) select min(s.due_at) from pgmb.scheduled_events s having count(*) > 0;
  end if;
end
$$;

comment on function pgmb.mend_schedule_front() is
  'Has ticks find what somebody has inserted into pgmb.scheduled_events, or changed there, by hand.';
