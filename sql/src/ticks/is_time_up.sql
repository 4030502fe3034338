create or replace function pgmb.is_time_up() returns boolean
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- The limit runs from the first message of a statement on, its timestamp may be that of a later one.
  select t.time_limit > interval '0' and clock_timestamp() - statement_timestamp() >= t.time_limit * 0.9
  from (select current_setting('statement_timeout')::interval as time_limit) t;
end;

comment on function pgmb.is_time_up() is
  'Whether a statement that was cancelled has reached its statement_timeout, or else somebody has cancelled it.';
