create or replace function pgmb.require_present_log() returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    perform from pgmb.replay_window for share;
  end if;
end
$$;

comment on function pgmb.require_present_log() is
  'Raises a serialization failure in a transaction whose snapshot is older than what has become of partitions of the log: what was '
  'emptied or moved since would look as if it had never been. To be called after the log was read or locked, since from then on no '
  'partition changes until the end of the transaction.';
