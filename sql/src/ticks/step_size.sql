create or replace function pgmb.step_size() returns bigint
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select least(pgmb.get_config_value('poll_chunk_size')::bigint, (select t.most_events from pgmb.tick_trouble t));
end;

comment on function pgmb.step_size() is
  'How many events the next tick takes at most: fewer after one that was cut off.';
