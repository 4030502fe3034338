create or replace function pgmb.take_over(node text, held bigint[])
returns table (group_no bigint, epoch bigint, "position" bigint)
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  for group_no in
    select o.group_no
    from pgmb.node_groups d
    join pgmb.subscription_groups g on g.no = d.group_no and g.declaration = d.declaration
    join pgmb.group_owner o on o.group_no = d.group_no
    where d.node = take_over.node and o.group_no <> all (held) and pgmb.is_free_for(o.node, take_over.node)
    order by o.group_no
  loop
    select t.epoch, t.position into epoch, position from pgmb.take_group(node, group_no) t;
    continue when epoch is null;
    return next;
  end loop;
end
$$;

comment on function pgmb.take_over(text, bigint[]) is
  'Takes every group that is free or whose owner''s lease has expired, among those that this node declares in their newest '
  'form, except those it holds; returns each with its new epoch and the position to go on from.';
