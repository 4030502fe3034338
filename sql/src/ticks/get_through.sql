create or replace function pgmb.get_through() returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- Slowly, so that what was cut off is not cut off again.
  update pgmb.tick_trouble t set
    lost_ms = '{}',
    time_limit = case
      when clock_timestamp() - statement_timestamp() >= pgmb.get_config_value('condition_time_limit')::interval / 2 then t.time_limit
    end,
    most_events = t.most_events * case
      when clock_timestamp() - statement_timestamp() < pgmb.get_config_value('condition_time_limit')::interval / 4 then 2 else 1
    end;
  delete from pgmb.tick_trouble t
    where t.examined is null and t.time_limit is null
      and coalesce(t.most_events, 9223372036854775807) >= pgmb.get_config_value('poll_chunk_size')::bigint;
end;

comment on function pgmb.get_through() is
  'A tick got through: if those before did not, the next one may take more.';
