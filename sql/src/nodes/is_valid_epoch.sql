create or replace function pgmb.is_valid_epoch(epoch bigint) returns boolean
language sql stable
begin atomic
  -- Whoever has read on another timeline may have read what this one never had: others stand at these positions.
  select epoch >> 32 = pgmb.timeline() - 1;
end;

comment on function pgmb.is_valid_epoch(bigint) is
  'Whether a group was taken over in this epoch on the present timeline of the cluster: what was owned before a promotion has '
  'to be taken over anew.';
