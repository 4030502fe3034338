create or replace function pgmb.skip_unread(partition regclass) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
set lock_timeout = '100ms'
as $$
declare
  unread record;
  last pgmb.progress;
begin
  for unread in execute format(
    'select g.no, g.id, m.last_position from pgmb.subscription_groups g cross join lateral ('
    'select d.last_position from %s d where d.group_no = g.no order by d.last_position desc limit 1) m '
    'where pgmb.group_position(g.no) < m.last_position order by g.no',
    partition)
  loop
    insert into pgmb.group_owner (group_no) values (unread.no) on conflict do nothing;
    -- Waits for an acknowledgement that is just being committed. What its owner has read before is void from here on: it would
    -- read on from a position where nothing is left.
    update pgmb.group_owner o set epoch = o.epoch + 1 where o.group_no = unread.no;
    select p.* into last from pgmb.progress p
      where p.group_no = unread.no
      order by p.generation desc, p.from_pos desc limit 1;
    continue when coalesce(last.to_pos, 0) >= unread.last_position;
    insert into pgmb.progress (group_no, generation, from_pos, to_pos)
      values (unread.no, coalesce(last.generation, 1), coalesce(last.to_pos, 0), unread.last_position);
    insert into pgmb.dropped_deliveries (group_no, group_id, after_position, to_position)
      values (unread.no, unread.id, coalesce(last.to_pos, 0), unread.last_position);
    raise warning 'pgmb: % events of group % are dropped before it has read them: they are older than partition_retention_cap',
      unread.last_position - coalesce(last.to_pos, 0), unread.id;
  end loop;
end
$$;

comment on function pgmb.skip_unread(regclass) is
  'Moves every group that has not read a partition of deliveries behind it, and records in pgmb.dropped_deliveries what each '
  'has lost by that.';
