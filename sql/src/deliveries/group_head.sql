create or replace function pgmb.group_head(group_no bigint) returns bigint
language sql stable
begin atomic
  select greatest(
    (
      select d.last_position from pgmb.subscription_events d
      where d.group_no = group_head.group_no
      order by d.last_position desc limit 1
    ),
    (select h.head from pgmb.group_heads h where h.group_no = group_head.group_no),
    0
  );
end;

comment on function pgmb.group_head(bigint) is
  'The position of the last event that was assigned to a group; 0 if none was.';
