create or replace function pgmb.take_over(node text, held bigint[])
returns table (group_no bigint, epoch bigint, "position" bigint)
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  last pgmb.progress;
begin
  for group_no in
    select o.group_no
    from pgmb.node_groups d
    join pgmb.subscription_groups g on g.no = d.group_no and g.declaration = d.declaration
    join pgmb.group_owner o on o.group_no = d.group_no
    where d.node = take_over.node and o.group_no <> all (held) and pgmb.is_free_for(o.node, take_over.node)
    order by o.group_no
  loop
    -- Waiting for an owner's uncommitted acknowledgement is left to the next call: it must not delay the other groups.
    perform from pgmb.group_owner o where o.group_no = take_over.group_no for update skip locked;
    continue when not found;
    -- Now that the row is locked: another node may have been faster.
    update pgmb.group_owner o
      set node = take_over.node, epoch = o.epoch + 1, taken_at = clock_timestamp()
      where o.group_no = take_over.group_no and pgmb.is_free_for(o.node, take_over.node)
      returning o.epoch into epoch;
    continue when not found;
    select p.* into last from pgmb.progress p
      where p.group_no = take_over.group_no
      order by p.generation desc, p.from_pos desc limit 1;
    position := coalesce(last.to_pos, 0);
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
      -- The snapshot may be older than the lock and hide an acknowledgement. Its key does not hide: serialization_failure.
      insert into pgmb.progress values (group_no, coalesce(last.generation, 1), position, position + 1) on conflict do nothing;
      delete from pgmb.progress p
        where p.group_no = take_over.group_no and p.generation = coalesce(last.generation, 1) and p.from_pos = position;
    end if;
    return next;
  end loop;
end
$$;

comment on function pgmb.take_over(text, bigint[]) is
  'Takes every group that is free or whose owner''s lease has expired, among those that this node declares in their newest '
  'form, except those it holds; returns each with its new epoch and the position to go on from.';
