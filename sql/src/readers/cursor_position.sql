create or replace function pgmb.cursor_position(group_no bigint, epoch bigint, cursor pgmb.event_id) returns bigint
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  read_to bigint;
begin
  if cursor ~ '^cu[0-9a-f]{22}$' then
    read_to := ('x' || right(cursor, 16))::bit(64)::bigint;
  end if;
  -- Beyond the head, it is of another group: accepted, it would skip what is still to come.
  if read_to is null
    or cursor is distinct from pgmb.group_cursor(epoch, read_to)
    or read_to not between 0 and pgmb.group_head(group_no)
  then
    if pgmb.untold_losses(group_no) > 0 then
      raise exception '% events were dropped before this group had read them', pgmb.untold_losses(group_no)
        using errcode = 'PM017', hint = 'Drop what was read by the cursor and not stored, and go on with a null cursor.',
          detail = 'They were older than partition_retention_cap; pgmb.dropped_deliveries has their positions.';
    end if;
    raise exception 'the cursor % is not of the present readership of this group', cursor
      using errcode = 'PM010', hint = 'Drop what was read by it and not stored, and read again with a null cursor.';
  end if;
  return read_to;
end
$$;

comment on function pgmb.cursor_position(bigint, bigint, pgmb.event_id) is
  'The position of a cursor; PM010 if it is of another epoch, or no cursor of this group; PM017 if that is because events '
  'were dropped unread, of which no reader knows yet. A null epoch has no cursors.';
