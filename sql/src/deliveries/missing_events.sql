create or replace function pgmb.missing_events(node text, group_no bigint, epoch bigint, after_position bigint, max_events int)
returns table ("position" bigint, event_id text)
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- As read_group.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
set jit = off
as $$
begin
  perform pgmb.require_ownership(node, group_no, epoch);
  return query
    select e.position, e.event_id::text
    from pgmb.group_events(missing_events.group_no, after_position, max_events) e
    where e.id is null
    order by 1;
  perform pgmb.require_present_log();
end
$$;

comment on function pgmb.missing_events(text, bigint, bigint, bigint, int) is
  'Those of the events of pgmb.read_group that are no longer in the log, by their ids. Only for its owner (else PM003).';
