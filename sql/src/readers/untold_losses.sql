create or replace function pgmb.untold_losses(group_no bigint) returns bigint
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(sum(d.to_position - d.after_position), 0)::bigint
  from pgmb.dropped_deliveries d
  where d.group_no = untold_losses.group_no and d.told_at is null;
end;

comment on function pgmb.untold_losses(bigint) is
  'How many events a group has lost that no reader of it was told of.';
