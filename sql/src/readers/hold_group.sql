create or replace function pgmb.hold_group(reader text, group_no bigint, take boolean) returns bigint
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  own_lease interval := pgmb.reader_lease();
  epoch bigint;
begin
  perform pgmb.limit_idling(own_lease);
  -- Idle reading writes only now and then. Another session of this reader that does so in a longer transaction is not waited for.
  if not exists (
    select from pgmb.nodes n
    where n.node = reader and n.lease = own_lease and pgmb.is_lease_valid(n.renewed_at, n.lease / 10)
  ) and pg_try_advisory_xact_lock(hashtextextended('pgmb.nodes ' || reader, 0)) then
    perform pgmb.register_node(reader, own_lease);
  end if;
  select o.epoch into epoch from pgmb.group_owner o
    where o.group_no = hold_group.group_no and o.node = reader and pgmb.is_valid_epoch(o.epoch);
  if not found and take then
    if not exists (select from pgmb.group_owner o where o.group_no = hold_group.group_no) then
      -- The insert alone would wait for the end of the transaction in which another one reads first.
      if not pg_try_advisory_xact_lock(hashtextextended('pgmb.group_owner', hold_group.group_no)) then
        return null;
      end if;
      insert into pgmb.group_owner (group_no) values (hold_group.group_no) on conflict do nothing;
    end if;
    select t.epoch into epoch from pgmb.take_group(reader, group_no) t;
  end if;
  return epoch;
end
$$;

comment on function pgmb.hold_group(text, bigint, boolean) is
  'Renews the lease of a reader, and returns the epoch in which it owns the group, which it takes if it is to and can; else '
  'null.';
