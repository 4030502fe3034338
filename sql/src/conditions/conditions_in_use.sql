create or replace function pgmb.conditions_in_use() returns setof pgmb.conditions
language sql stable
begin atomic
  select c.* from pgmb.conditions c
  where not c.topical and exists (
    select from pgmb.subscriptions s
    where s.condition_no = c.no and not exists (select from pgmb.quarantines q where q.subscription_no = s.no)
  )
  -- What was cut off has all of the time for itself.
  order by exists (select from pgmb.tick_trouble t where t.lost_ms ? c.no::text) desc, c.no;
end;

comment on function pgmb.conditions_in_use() is
  'The conditions that a tick evaluates, in this order.';
