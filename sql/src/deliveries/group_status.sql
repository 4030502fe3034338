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
  -- how many events its conditions failed on
  (select count(*) from pgmb.dead_letters d where d.group_no = g.no and d.reason = 'condition') as match_failures,
  g.declaration,
  -- when the first event that waits was made; null if none does
  case when h.head > p.position then pgmb.waiting_since(g.no, p.position) end as waiting_since,
  -- how many events were dropped before it had read them
  (select coalesce(sum(d.to_position - d.after_position), 0)::bigint from pgmb.dropped_deliveries d where d.group_no = g.no) as dropped,
  -- why conditions of it are not evaluated any more
  (
    -- Not by the other view: while a script replaces both, whoever reads would lock them in the opposite order.
    select string_agg(distinct q.reason || ': ' || q.message, '; ')
    from pgmb.subscriptions s join pgmb.quarantines q on q.subscription_no = s.no
    where s.group_id = g.id
  ) as quarantine,
  -- how often its handler is to be called again
  (select count(*) from pgmb.retries r where r.group_no = g.no) as retries,
  (select r.due_at from pgmb.retries r where r.group_no = g.no order by r.due_at, r.no limit 1) as next_retry_at,
  (select count(*) from pgmb.dead_letters d where d.group_id = g.id) as dead_letters
from pgmb.subscription_groups g
cross join lateral (select pgmb.group_position(g.no) as position) p
-- As group_head, which runs with the rights of its caller.
cross join lateral (
  select greatest(
    (select d.last_position from pgmb.subscription_events d where d.group_no = g.no order by d.last_position desc limit 1),
    (select k.head from pgmb.group_heads k where k.group_no = g.no),
    0
  ) as head
) h
left join pgmb.group_owner o on o.group_no = g.no
left join pgmb.nodes n on n.node = o.node;

comment on view pgmb.group_status is
  'Where each group stands: position is how many events it has acknowledged, lag how many wait, waiting_since how '
  'old the first of them is. One that waits for longer than the retention period keeps the log.';
