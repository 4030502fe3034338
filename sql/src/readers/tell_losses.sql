create or replace function pgmb.tell_losses(group_no bigint) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  lost bigint;
begin
  -- In one statement: what is dropped meanwhile is told the next time.
  with told as (
    update pgmb.dropped_deliveries d set told_at = clock_timestamp()
      where d.group_no = tell_losses.group_no and d.told_at is null
      returning d.to_position - d.after_position as events
  )
  select sum(t.events) into lost from told t;
  if lost > 0 then
    raise warning '% events were dropped before this group had read them', lost
      using errcode = 'PM017', hint = 'Reading goes on after them; pgmb.dropped_deliveries has their positions.';
  end if;
end
$$;

comment on function pgmb.tell_losses(bigint) is
  'Warns a reader of a group (PM017) of the events that the group has lost, once.';
