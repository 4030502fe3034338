create or replace function pgmb.tell_losses(group_no bigint) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  lost bigint := pgmb.untold_losses(group_no);
begin
  if lost = 0 then
    return;
  end if;
  raise warning '% events were dropped before this group had read them', lost
    using errcode = 'PM017', hint = 'Reading goes on after them; pgmb.dropped_deliveries has their positions.';
  update pgmb.dropped_deliveries d set told_at = clock_timestamp()
    where d.group_no = tell_losses.group_no and d.told_at is null;
end
$$;

comment on function pgmb.tell_losses(bigint) is
  'Warns a reader of a group (PM017) of the events that the group has lost, once.';
