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
  -- why conditions of it are not evaluated any more
  (
    select string_agg(distinct s.quarantine || ': ' || s.message, '; ') from pgmb.subscription_status s
    where s.group_id = g.id and s.quarantine is not null
  ) as quarantine
from pgmb.subscription_groups g
cross join lateral (select pgmb.group_position(g.no) as position) p
cross join lateral (select pgmb.group_head(g.no) as head) h
left join pgmb.group_owner o on o.group_no = g.no
left join pgmb.nodes n on n.node = o.node;

comment on view pgmb.group_status is
  'Where each group stands: position is how many events it has acknowledged, lag how many wait.';
