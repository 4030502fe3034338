create or replace function pgmb.read_group(node text, group_no bigint, epoch bigint, after_position bigint, max_events int)
returns table ("position" bigint, id text, topic text, payload text, metadata text, attempt smallint, subscription_ids text[])
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- Each event is one probe by its id, which also prunes partitions, whatever the statistics say: to read a log that was empty when
-- it was analysed as a whole, and to keep it, would look cheaper.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
begin
  perform pgmb.require_ownership(node, group_no, epoch);
  return query
    select e.position, e.id::text, e.topic::text, e.payload::text, e.metadata::text, e.attempt, e.subscription_ids::text[]
    from pgmb.group_events(read_group.group_no, after_position, max_events) e
    order by 1;
  perform pgmb.require_present_log();
end
$$;

comment on function pgmb.read_group(text, bigint, bigint, bigint, int) is
  'The events of a group after a position, in order, at most max_events. Only for its owner (else PM003). An event that is '
  'no longer in the log has nulls from id on; a snapshot that is too old to tell fails (40001).';
