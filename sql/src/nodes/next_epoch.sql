create or replace function pgmb.next_epoch(epoch bigint) returns bigint
language sql stable
begin atomic
  -- Far behind those that may have been lost with the old timeline: a cursor tells the low digits only.
  select case
    when pgmb.is_valid_epoch(epoch) then epoch + 1
    else ((pgmb.timeline() - 1) << 32) + (epoch & 4294967295) + 1000
  end;
end;

comment on function pgmb.next_epoch(bigint) is
  'The epoch of a takeover after this one: the timeline of the cluster, from 0, in the high 32 bits, and a count in the low ones.';
