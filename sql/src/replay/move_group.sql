create or replace function pgmb.move_group(gid varchar, after_event_id pgmb.event_id) returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  moved_no bigint;
  start record;
  old_position bigint;
  new_position bigint;
begin
  -- Retention drops what all have acknowledged: not while this group is about to acknowledge less.
  perform pg_advisory_xact_lock(hashtextextended('pgmb.maintenance_step', 0));
  select g.no into moved_no from pgmb.subscription_groups g where g.id = gid;
  if not found then
    raise exception 'there is no group %', coalesce(quote_literal(gid), 'null')
      using errcode = 'PM013', hint = 'Ids are pgmb.events.id, pgmb.subscriptions.id and pgmb.subscription_groups.id.';
  end if;
  select p.* into start from pgmb.dispatch_point(after_event_id) p;
  if exists (
    -- a partition above a gap
    select from pgmb.partitions('pgmb.subscription_events') p
    where p.lower_bound::bigint > start.tick and not exists (
      select from pgmb.partitions('pgmb.subscription_events') below where below.upper_bound = p.lower_bound
    )
  ) then
    raise exception 'not all that was dispatched after % is still there', after_event_id
      using errcode = 'PM012', hint = 'Begin later: the log is kept for partition_retention_period.';
  end if;
  -- Waits for an acknowledgement that is being committed; all later ones of the old owner fail.
  insert into pgmb.group_owner as o (group_no, epoch) values (moved_no, 1)
    on conflict (group_no) do update set node = null, epoch = o.epoch + 1;
  old_position := pgmb.group_position(moved_no);
  new_position := pgmb.position_after(moved_no, start.tick, start.seq);
  -- From no position, so that no acknowledgement can have its key; the next one begins where it ends.
  insert into pgmb.progress (group_no, generation, from_pos, to_pos)
    select moved_no, coalesce(max(p.generation), 0) + 1, -1, new_position from pgmb.progress p where p.group_no = moved_no;
  return new_position - old_position;
end
$$;

comment on function pgmb.move_group(varchar, pgmb.event_id) is
  'Moves a group to where an event, or the moment of an id, stands in the order of dispatch: back, so that it receives again what '
  'it received after it, or forth, so that it never receives what comes before. Returns by how many events it moved; below '
  'zero is back. Its owner is fenced: what it has read and not acknowledged is rolled back or void, and whoever takes the group '
  'over goes on from the new position. PM012 if not all of those deliveries are kept any more, PM013 if there is no such '
  'group, or this is no id of an event.';
