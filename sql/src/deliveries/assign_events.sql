create or replace function pgmb.assign_events(
  step pgmb.ticks, out matches bigint, out group_nos bigint[], out failures pgmb.condition_match[]
)
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- One statement, and so one view of the subscriptions: a group whose condition is replaced meanwhile is matched by the old
  -- one or by the new one, but never by neither.
  with log as materialized (
    -- Topics are only compared for equality: sorted bytewise, that takes less.
    select w.seq, w.id, w.topic collate "C" as topic, w.subscription_id
    from pgmb.window_events(step.previous, step.snapshot, step.after_seq, step.to_seq) w
  ), receivers as materialized (
    -- once for a distinct topic, not for each event: inlined and without statistics, it could be searched anew for each
    select t.topic, r.group_no, array_agg(distinct r.id order by r.id) as subscription_ids
    from (select distinct l.topic from log l where l.subscription_id is null) t
    cross join pgmb.topic_keys(t.topic) k
    join pgmb.subscription_topics i on i.key = k.key and i.is_prefix = k.is_prefix
    join (
      select s.no, s.id, g.no as group_no from pgmb.subscriptions s join pgmb.subscription_groups g on g.id = s.group_id
    ) r on r.no = i.subscription_no
    group by t.topic, r.group_no
  ), others as materialized (
    select b.conditions from pgmb.condition_batches(step) b
  ), by_condition as materialized (
    select m.* from others o cross join lateral pgmb.match_conditions(o.conditions, step) m
  ), by_other as (
    -- by a condition, or because the event names the subscription
    select g.no as group_no, m.seq, m.id, array_agg(distinct s.id order by s.id) as subscription_ids
    from (
      select c.seq, c.event_id::pgmb.event_id as id, c.subscription_no from by_condition c where c.sqlstate is null
      union all
      select l.seq, l.id, r.no from log l join pgmb.subscriptions r on r.id = l.subscription_id
      where l.subscription_id is not null
    ) m
    join pgmb.subscriptions s on s.no = m.subscription_no
    join pgmb.subscription_groups g on g.id = s.group_id
    group by g.no, m.seq, m.id
  ), audiences as (
    -- Groups that receive the same events, each for one set of subscriptions, are served together: all that follows is done
    -- once, for the first of them.
    select min(a.group_no) over (partition by a.topics, a.alone) as audience, a.group_no, a.subscription_ids
    from (
      select
        r.group_no, array_agg(r.topic order by r.topic) as topics, min(r.subscription_ids) as subscription_ids,
        case
          when min(r.subscription_ids) <> max(r.subscription_ids) or r.group_no in (select o.group_no from by_other o)
          then r.group_no
        end as alone
      from receivers r group by r.group_no
    ) a
  ), members as materialized (
    select a.audience, a.group_no, case when a.group_no <> a.audience then a.subscription_ids end as subscription_ids
    from audiences a
    union
    select o.group_no, o.group_no, null from by_other o
  ), by_topic as (
    select r.group_no as audience, l.seq, l.id, r.subscription_ids
    -- Nothing is known of how many rows there are, and a nested loop would take quadratic time: a full join is never one, as
    -- long as no condition makes the planner take it for an inner one. None of these is taken for that.
    from log l full join receivers r on r.topic = l.topic
    where l.subscription_id is null and coalesce(l.seq, 0) > 0
      and case when r.group_no in (select m.audience from members m) then true else false end
  ), matched as (
    select
      audience, seq, coalesce(t.id, o.id) as id,
      case
        when o.id is null then t.subscription_ids
        when t.id is null then o.subscription_ids
        else array(select unnest(t.subscription_ids) union select unnest(o.subscription_ids) order by 1)
      end as subscription_ids
    from by_topic t full join (select o.group_no as audience, o.seq, o.id, o.subscription_ids from by_other o) o
      using (audience, seq)
  ), numbered as (
    select
      m.*,
      row_number() over in_group as n,
      m.subscription_ids is distinct from lag(m.subscription_ids) over in_group as starts_run
    from matched m
    window in_group as (partition by m.audience order by m.seq)
  ), runs as (
    -- of events that go to the same subscriptions
    select n.*, max(n.n) filter (where n.starts_run) over (partition by n.audience order by n.seq) as run
    from numbered n
  ), rows as (
    select
      r.audience, max(r.n) as last_n, array_agg(r.id order by r.n) as event_ids, min(r.subscription_ids) as subscription_ids
    from runs r
    group by r.audience, r.run, (r.n - r.run) / 64
  ), heads as materialized (
    -- once for a group: inlined, the head would be looked up for every row
    select m.audience, m.group_no, m.subscription_ids, pgmb.group_head(m.group_no) as head from members m
  ), inserted as (
    insert into pgmb.subscription_events as d (group_no, last_position, tick, attempt, event_ids, subscription_ids)
    select h.group_no, h.head + r.last_n, step.id, 0, r.event_ids, coalesce(h.subscription_ids, r.subscription_ids)
    from rows r full join heads h on h.audience = r.audience
    where coalesce(r.last_n, 0) > 0 and coalesce(h.group_no, 0) > 0
    returning d.group_no, cardinality(d.event_ids)::bigint * cardinality(d.subscription_ids) as matches
  )
  select
    coalesce(sum(i.matches), 0)::bigint,
    coalesce(array_agg(distinct i.group_no), '{}'),
    (
      select array_agg((c.seq, c.event_id, c.subscription_no, c.sqlstate, c.message)::pgmb.condition_match)
      from by_condition c where c.sqlstate is not null
    )
  from inserted i;
end;

comment on function pgmb.assign_events(pgmb.ticks) is
  'Writes the deliveries of one tick''s events: what topics, named subscriptions and all other conditions say. failures '
  'is what conditions failed on; null for nothing.';
