create or replace function pgmb.dispatch_point(from_event_id pgmb.event_id, out tick bigint, out seq bigint)
language plpgsql stable
set search_path = pgmb, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
  event record;
  oldest pgmb.ticks;
  gone boolean;
begin
  if from_event_id is null or from_event_id !~ '^pm[0-9a-f]{22}$' then
    raise exception '% is not the id of an event', coalesce(quote_literal(from_event_id), 'null')
      using errcode = 'PM013', hint = 'Ids are pgmb.events.id, pgmb.subscriptions.id and pgmb.subscription_groups.id.';
  end if;
  select t.* into strict oldest from pgmb.ticks t order by t.id limit 1;
  select e.xact_id, e.seq, (select max(r.era) from pgmb.eras r where r.after_seq < e.seq) as era into event
    from pgmb.events e where e.id = from_event_id;
  if found then
    tick := pgmb.tick_of(event.xact_id, event.seq);
    -- dispatched before the oldest tick that is left
    gone := tick is null and (event.era < oldest.era or event.era = oldest.era and event.seq <= (
      select max(t.to_seq) from pgmb.ticks t) and (
        pg_visible_in_snapshot(event.xact_id, oldest.previous)
        or event.seq <= oldest.after_seq and pg_visible_in_snapshot(event.xact_id, oldest.snapshot)));
  else
    -- What commits after a moment is dispatched by ticks after it.
    select min(t.id) into tick from pgmb.ticks t
      where t.ticked_at > pgmb.extract_date_from_event_id(from_event_id) and t.id > 0;
    gone := tick = oldest.id;
  end if;
  if gone or tick <= (select w.after_tick from pgmb.replay_window w) then
    raise exception 'not all that was dispatched after % is still there', from_event_id
      using errcode = 'PM012', hint = 'Begin later: the log is kept for partition_retention_period.';
  end if;
  seq := case when event.seq is not null and tick is not null then event.seq else 0 end;
  tick := coalesce(tick, (select max(t.id) + 1 from pgmb.ticks t));
end
$$;

comment on function pgmb.dispatch_point(pgmb.event_id) is
  'Where an event stands in the order of dispatch: its tick, and its seq inside of it. One that is not dispatched yet stands '
  'after everything that is. An id that is not in the log, be it made by pgmb.create_event_id(ts, 0), stands for its moment: '
  'before the first tick after it, and so before all that is committed after it. PM012 if retention has taken anything that '
  'was dispatched after it, PM013 if this is no id of an event.';
