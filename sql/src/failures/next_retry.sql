create or replace function pgmb.next_retry(group_no bigint, out due_in interval, out blocks boolean)
language sql stable
security definer
set search_path = pgmb, pg_temp
begin atomic
  select
    (
      select r.due_at - clock_timestamp() from pgmb.retries r
      where r.group_no = next_retry.group_no order by r.due_at, r.no limit 1
    ),
    exists (select from pgmb.retries r where r.group_no = next_retry.group_no and r.blocks);
end;

comment on function pgmb.next_retry(bigint) is
  'How long it takes until the first retry of a group is due, below zero if it is, null if there is none; and whether one of '
  'them keeps the group from going on.';
