create or replace function pgmb.require_ownership(node text, group_no bigint, epoch bigint) returns void
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
begin
  if not exists (
    select from pgmb.group_owner o
    where o.group_no = require_ownership.group_no and o.node = require_ownership.node and o.epoch = require_ownership.epoch
      and pgmb.is_valid_epoch(o.epoch)
  ) then
    raise exception 'group % is not owned by node % in epoch %', group_no, node, epoch
      using errcode = 'PM003', hint = 'Another node has taken it over: take over again before reading.';
  end if;
end
$$;

comment on function pgmb.require_ownership(text, bigint, bigint) is
  'PM003 unless the node owns the group in this epoch.';
