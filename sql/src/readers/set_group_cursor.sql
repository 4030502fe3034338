create or replace function pgmb.set_group_cursor(gid varchar, new_cursor pgmb.event_id, release_lock boolean) returns void
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  reader text := pgmb.reader();
  owned record;
  stored bigint;
  read_to bigint;
begin
  if new_cursor is not null then
    perform pgmb.limit_idling(pgmb.reader_lease());
    -- Of two calls that one reader makes at once, the second sees what the first has stored. A reader that has been forgotten
    -- for its silence owns nothing any more.
    select o.group_no, o.epoch into owned
      from pgmb.group_owner o
      join pgmb.subscription_groups g on g.no = o.group_no
      join pgmb.nodes n on n.node = o.node
      where g.id = gid and o.node = reader and pgmb.is_valid_epoch(o.epoch) for no key update of o;
    read_to := pgmb.cursor_position(owned.group_no, owned.epoch, new_cursor);
    stored := pgmb.group_position(owned.group_no);
    if read_to > stored and not pgmb.advance(reader, owned.group_no, owned.epoch, stored, read_to) then
      raise serialization_failure using message = 'the cursor was stored by somebody else meanwhile';
    end if;
  end if;
  if release_lock then
    perform pgmb.release_group_lock(gid);
  end if;
end
$$;

comment on function pgmb.set_group_cursor(varchar, pgmb.event_id, boolean) is
  'Acknowledges all events of a group up to the cursor, and ends the caller''s readership if it is to. A cursor before the '
  'stored one changes nothing, null stores nothing. Only for the reader, with a cursor of its present readership (else '
  'PM010: somebody else has taken the group over, and reads again what was not stored). In the transaction of the effects, '
  'as its last statement, both are kept or neither; in REPEATABLE READ, a serialization failure or a unique violation says '
  'that the snapshot is older than what was stored.';
