create or replace function pgmb.release_group_lock(gid varchar) returns void
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  select pgmb.limit_idling(pgmb.reader_lease());
  select pgmb.hand_over(o.node, o.group_no, o.epoch)
  from pgmb.group_owner o join pgmb.subscription_groups g on g.no = o.group_no
  where g.id = gid and o.node = pgmb.reader();
end;

comment on function pgmb.release_group_lock(varchar) is
  'Ends the caller''s readership of a group: somebody else may read at once, and the caller''s cursors are void. Does '
  'nothing if the caller is not the reader.';
