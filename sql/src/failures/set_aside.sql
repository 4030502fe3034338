create or replace function pgmb.set_aside(
  node text, group_no bigint, epoch bigint, from_position bigint, to_position bigint, failed jsonb
) returns boolean
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
begin
  if not pgmb.advance(node, group_no, epoch, from_position, to_position) then
    return false;
  end if;
  perform pgmb.keep_failed(group_no, failed, null);
  return true;
end
$$;

comment on function pgmb.set_aside(text, bigint, bigint, bigint, bigint, jsonb) is
  'As pgmb.advance, for events of which some were not handled: those become retries or dead letters by the same transaction. '
  'failed as pgmb.failed_parts reads it.';
