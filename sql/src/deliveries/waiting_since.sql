create or replace function pgmb.waiting_since(group_no bigint, "position" bigint) returns timestamptz
language sql stable
security definer
set search_path = pgmb, pg_temp
begin atomic
  -- By its id, since ticks are not kept for as long as an event that waits. A client may have given it an id of another form.
  select case when w.id ~ '^pm[0-9a-f]{22}$' then pgmb.extract_date_from_event_id(w.id) end
  from (
    select d.event_ids[waiting_since.position + 1 - (d.last_position - cardinality(d.event_ids))] as id
    from pgmb.subscription_events d
    where d.group_no = waiting_since.group_no and d.last_position > waiting_since.position
    order by d.last_position limit 1
  ) w;
end;

comment on function pgmb.waiting_since(bigint, bigint) is
  'When the first event of a group after a position was made; null if there is none.';
