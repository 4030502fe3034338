create or replace function pgmb.group_position(group_no bigint) returns bigint
language sql stable
security definer
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(
    (
      select p.to_pos from pgmb.progress p
      where p.group_no = group_position.group_no
      order by p.generation desc, p.from_pos desc limit 1
    ),
    0
  );
end;

comment on function pgmb.group_position(bigint) is
  'How many of its events a group has acknowledged.';
