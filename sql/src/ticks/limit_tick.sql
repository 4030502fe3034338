create or replace function pgmb.limit_tick() returns void
language sql volatile
security definer
set search_path = pgmb, pg_temp
begin atomic
  select set_config(
    'statement_timeout',
    (extract(epoch from coalesce(
      (select t.time_limit from pgmb.tick_trouble t), pgmb.get_config_value('condition_time_limit')::interval
    )) * 1000)::bigint::text,
    true
  );
end;

comment on function pgmb.limit_tick() is
  'Limits the statements that follow in this transaction, and so the tick among them: without a limit a condition that takes '
  'for ever stops all dispatch. As one message: select pgmb.limit_tick(); select pgmb.tick().';
