create or replace view pgmb.retry_status as
select
  g.id as group_id,
  r.no as retry_no,
  r.event_ids,
  r.attempts,
  r.due_at as next_attempt_at,
  r.blocks,
  r.first_failed_at,
  r.failed_at as last_failed_at,
  r.message as last_error,
  r.causes
from pgmb.retries r join pgmb.subscription_groups g on g.no = r.group_no;

comment on view pgmb.retry_status is
  'What waits for its next attempt: how often it has failed, why, and when it is tried again.';
