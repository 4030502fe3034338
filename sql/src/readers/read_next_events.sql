create or replace function pgmb.read_next_events(
  gid varchar, cursor pgmb.event_id default null, chunk_size int default null, peek boolean default false
) returns table (
  id pgmb.event_id, topic varchar, payload jsonb, metadata jsonb, subscription_ids pgmb.subscription_id[], next_cursor pgmb.event_id
)
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- As in read_group.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
declare
  reader text := pgmb.reader();
  owned record;
  own_epoch bigint;
  somebody_else_reads boolean := false;
  read_to bigint;
  most int := coalesce(chunk_size, pgmb.get_config_value('poll_chunk_size')::int);
begin
  select g.no as group_no, o.node, coalesce(o.epoch, 0) as epoch into owned
    from pgmb.subscription_groups g left join pgmb.group_owner o on o.group_no = g.no where g.id = gid;
  if not found then
    return;
  end if;
  own_epoch := owned.epoch;
  if not peek then
    somebody_else_reads := not pgmb.is_free_for(owned.node, reader);
    if not somebody_else_reads then
      own_epoch := pgmb.hold_group(reader, owned.group_no, cursor is null);
    end if;
  end if;
  -- Also if nothing is read: whoever has been replaced is to find out.
  if cursor is not null then
    read_to := pgmb.cursor_position(owned.group_no, own_epoch, cursor);
  end if;
  if somebody_else_reads or own_epoch is null then
    return;
  end if;
  if cursor is null then
    read_to := pgmb.group_position(owned.group_no);
    if not peek then
      perform pgmb.tell_losses(owned.group_no);
    end if;
  end if;
  -- What is no longer in the log is skipped, also where a whole chunk is gone. Each statement has a snapshot of its own: what
  -- a tick has added since the first one is there, and not skipped.
  loop
    return query
      select e.event_id, e.topic, e.payload, e.metadata, e.subscription_ids, pgmb.group_cursor(own_epoch, e.last)
      from (select g.*, max(g.position) over () as last from pgmb.group_events(owned.group_no, read_to, most) g) e
      where e.id is not null
      order by e.position;
    exit when found;
    select max(g.position) into read_to from pgmb.group_events(owned.group_no, read_to, most) g having count(g.id) = 0;
    exit when read_to is null;
  end loop;
  if not peek then
    perform pgmb.require_present_log();
  end if;
end
$$;

comment on function pgmb.read_next_events(varchar, pgmb.event_id, int, boolean) is
  'The next events of a group after the cursor, in order, at most chunk_size (null: poll_chunk_size). Without a cursor: after '
  'the stored one, and the caller becomes the reader if the group is free or its reader''s lease has expired. Nothing if '
  'somebody else reads, be it a node of an application, or if there is no such group. A cursor of an earlier readership is '
  'refused (PM010), also that of a reader which has vanished: then read without. All rows have the same next_cursor; with no '
  'rows, keep the one you have. Each read renews the lease of 30 seconds, or of what the setting pgmb.reader_lease says; a '
  'session that then idles in its transaction for so long is ended. Who the caller is says the setting pgmb.reader_id, or '
  'else the connection. With peek nobody becomes the reader, and it does not matter who is. Nothing is acknowledged by '
  'reading: see set_group_cursor. What a transaction has read that is rolled back, its cursors included, was not read. An '
  'event that is no longer in the log is skipped; a snapshot that is too old to tell fails (40001). If events were dropped '
  'before the group had read them, a cursor from before is refused once (PM017), and a read without one warns and goes on '
  'after them.';
