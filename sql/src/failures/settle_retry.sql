create or replace function pgmb.settle_retry(node text, group_no bigint, epoch bigint, retry_no bigint, failed jsonb)
returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  own_lease interval := pgmb.hold_ownership(node, group_no, epoch);
  settled pgmb.retries;
begin
  if own_lease is null then
    return false;
  end if;
  delete from pgmb.retries r where r.no = retry_no and r.group_no = settle_retry.group_no returning r.* into settled;
  if not found then
    return false;
  end if;
  perform pgmb.limit_idling(own_lease);
  perform pgmb.keep_failed(group_no, failed, settled);
  delete from pgmb.dead_letters d
    where d.group_no = settle_retry.group_no and d.event_id = any (settled.event_ids) and d.retry_no = settled.no;
  return true;
end
$$;

comment on function pgmb.settle_retry(text, bigint, bigint, bigint, jsonb) is
  'Acknowledges a retry, if the caller still owns the group in this epoch and nobody has settled it yet; the last statement before '
  'commit. What of it has failed again becomes retries or dead letters by the same transaction (failed as pgmb.failed_parts '
  'reads it), what was a dead letter and has been handled is none any more. False or a serialization failure mean that somebody '
  'else owns the group, or did: roll back and read again.';
