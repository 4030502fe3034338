create or replace view pgmb.group_status as
select
  g.id as group_id,
  g.no as group_no,
  p.position,
  h.head,
  h.head - p.position as lag,
  o.node as owner,
  o.epoch,
  coalesce(pgmb.is_lease_valid(n.renewed_at, n.lease), false) as owner_alive,
  -- how many ranges of events its conditions failed on
  (
    select count(*) from pgmb.match_failures f
    join pgmb.subscriptions s on s.condition_no = f.condition_no
    where s.group_id = g.id and f.failed_at >= s.created_at
  ) as match_failures,
  g.declaration,
  -- when the first event that waits was made; null if none does
  case when h.head > p.position then pgmb.waiting_since(g.no, p.position) end as waiting_since,
  -- how many events were dropped before it had read them
  (select coalesce(sum(d.to_position - d.after_position), 0)::bigint from pgmb.dropped_deliveries d where d.group_no = g.no) as dropped
from pgmb.subscription_groups g
cross join lateral (select pgmb.group_position(g.no) as position) p
cross join lateral (select pgmb.group_head(g.no) as head) h
left join pgmb.group_owner o on o.group_no = g.no
left join pgmb.nodes n on n.node = o.node;

comment on view pgmb.group_status is
  'Where each group stands: position is how many events it has acknowledged, lag how many wait, waiting_since how '
  'old the first of them is. One that waits for longer than the retention period keeps the log.';
