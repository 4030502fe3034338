create or replace function pgmb.hand_over(node text, group_no bigint, epoch bigint) returns boolean
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  with released as (
    update pgmb.group_owner o set node = null, epoch = o.epoch + 1
    where o.group_no = hand_over.group_no and o.node = hand_over.node and o.epoch = hand_over.epoch
    returning 1
  )
  select exists (select from released);
end;

comment on function pgmb.hand_over(text, bigint, bigint) is
  'Gives a group up, so that another node can take it at once; false if it was not this owner''s any more.';
