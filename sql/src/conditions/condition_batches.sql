create or replace function pgmb.condition_batches(step pgmb.ticks) returns table (conditions pgmb.conditions[])
-- Planned once for a connection, which is more than half of what it costs.
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
begin
  return query
  select array_agg(b.condition order by (b.condition).no)
  from (
    select
      o.condition, o.n,
      case when o.joint then floor(sum(o.share) over (partition by o.joint order by o.n) - o.share) else -o.n end as batch
    from (
      select
        c as condition, row_number() over () as n,
        -- What looks only at the event is evaluated once for all who share the text, but only if that is alone. And whose fault it
        -- is that ticks do not get through is seen one by one.
        c.joint and s.subscriptions <= 4 and not exists (select from pgmb.tick_trouble) as joint,
        -- Plans grow with the texts, and what can match is held in memory.
        greatest(1 / 128.0, length(c.text) / 100000.0, s.subscriptions * step.events / 1000000.0) as share
      from pgmb.conditions_in_use() c
      cross join lateral (
        select count(*) as subscriptions from pgmb.subscriptions s where s.condition_no = c.no
      ) s
    ) o
  ) b
  group by b.batch
  order by min(b.n);
end
$$;

comment on function pgmb.condition_batches(pgmb.ticks) is
  'The conditions that a tick evaluates, in this order, and those together that are in one array, by number: at most 128, '
  'each for few subscriptions, and a million of pairs of an event and a subscription.';
