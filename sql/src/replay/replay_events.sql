create or replace function pgmb.replay_events(gid varchar, sid varchar, from_event_id pgmb.event_id, max_events int)
returns setof pgmb.events
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
  start record;
  batch record;
  found_ids pgmb.event_id[];
  failed boolean;
  allowed int := coalesce(max_events, pgmb.get_config_value('poll_chunk_size')::int);
  replayed bigint := 0;
  added bigint;
begin
  perform pgmb.replay_receiver(sid);
  -- From here on retention takes nothing out of the log.
  lock table pgmb.events in access share mode;
  perform pgmb.require_present_log();
  select p.* into start from pgmb.dispatch_point(from_event_id) p;
  for batch in select b.* from pgmb.tick_batches(start.tick) b loop
    select array_agg(m.event_id) filter (where m.event_id is not null), coalesce(bool_or(m.event_id is null), false)
      into found_ids, failed
      -- By the snapshot that shows the matches: of a subscription that has just gone, or gone into quarantine, there are none.
      from pgmb.replay_receiver(sid) r cross join lateral pgmb.subscription_matches(r, batch.step) m;
    if failed and batch.first_tick < batch.last_tick then
      -- How many failures make a condition give up is counted for each tick.
      select array_agg(m.event_id) into found_ids
        from pgmb.replay_receiver(sid) r cross join pgmb.ticks t cross join lateral pgmb.subscription_matches(r, t) m
        where t.id between batch.first_tick and batch.last_tick and m.event_id is not null;
    end if;
    continue when found_ids is null;
    return query
      select e.*
      from pgmb.read_events(found_ids) e
      cross join lateral (select pgmb.tick_of(e.xact_id, e.seq) as tick) d
      where (d.tick, e.seq) > (start.tick, start.seq)
      order by d.tick, e.seq;
    get diagnostics added = row_count;
    replayed := replayed + added;
    if replayed > allowed then
      raise exception 'more than % events came after %', allowed, from_event_id
        using errcode = 'PM011', hint = 'Allow more by max_events, or begin at a later event, and read the present state instead.';
    end if;
  end loop;
  -- Ticks that were deleted meanwhile have told nothing of their events: then not all that came after it is there any more.
  perform pgmb.dispatch_point(from_event_id);
end
$$;

comment on function pgmb.replay_events(varchar, varchar, pgmb.event_id, int) is
  'All events that the subscription sid receives and that were dispatched after the event from_event_id, in the order of '
  'dispatch; so also what had an older id and was committed later. By its condition as it is now, whether the subscription was '
  'there then or not. What no committed tick has dispatched is left to reading. An id that is not in the log stands for its '
  'moment, as does pgmb.create_event_id(ts, 0): all that was committed since is replayed. PM011 if there are more than '
  'max_events (null: poll_chunk_size), PM012 if not all of them are kept any more, PM013 if there is no such subscription, or '
  'this is no id of an event, PM015 if its condition is in quarantine. gid says who asks and changes nothing: the subscription may be of any group.';
