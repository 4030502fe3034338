create or replace function pgmb.give_more_time() returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  insert into pgmb.tick_trouble as t (time_limit) values (pgmb.get_config_value('condition_time_limit')::interval * 2)
  on conflict (only_row) do update set
    time_limit = coalesce(t.time_limit, pgmb.get_config_value('condition_time_limit')::interval) * 2;
end;

comment on function pgmb.give_more_time() is
  'A tick reached its time limit before any condition was evaluated: there is so much to dispatch that finding the next step '
  'takes longer. The next ticks have twice the time.';
