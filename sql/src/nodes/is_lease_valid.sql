create or replace function pgmb.is_lease_valid(renewed_at timestamptz, lease interval) returns boolean
language sql volatile
begin atomic
  -- clock_timestamp(), since now() stands still in a long transaction. From the future is not valid: after the clock was
  -- set back, a dead owner must not keep its groups for the length of the step.
  select coalesce(renewed_at between clock_timestamp() - lease and clock_timestamp() + interval '1 second', false);
end;

comment on function pgmb.is_lease_valid(timestamptz, interval) is
  'Whether a node that renewed its lease then is still to be taken for alive, by the clock of the database.';
