create or replace view pgmb.subscription_status as
select
  s.id as subscription_id,
  s.group_id,
  s.conditions_sql,
  s.params,
  q.reason as quarantine,
  q.message,
  q.tick as since_tick,
  q.since
from pgmb.subscriptions s
left join pgmb.quarantines q on q.subscription_no = s.no;

comment on view pgmb.subscription_status is
  'Each subscription, and why its condition is not evaluated any more (quarantine is null if it is): since which tick, and when.';
