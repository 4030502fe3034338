create or replace function pgmb.has_due_events(current_ts timestamptz) returns boolean
language sql stable
set search_path = pgmb, pg_temp
-- As in has_undispatched_events.
set enable_seqscan = off
set jit = off
begin atomic
  select exists (select from pgmb.scheduled_events s where s.due_at >= pgmb.schedule_front() and s.due_at <= current_ts);
end;

comment on function pgmb.has_due_events(timestamptz) is
  'Whether a scheduled event is due: two index probes. Takes no lock and writes nothing.';
