-- Without a search_path of its own, since a procedure with settings may not commit: everything is named in full.
create or replace procedure pgmb.keep_ticking(pause interval default null)
language plpgsql
as $$
declare
  -- The next run begins with the next minute. No run is cut off by its own time limit, since that would hit a tick.
  ends constant timestamptz := least(
    date_trunc('minute', clock_timestamp()) + interval '1 minute',
    clock_timestamp() + nullif(current_setting('statement_timeout')::interval, interval '0') / 2);
  more boolean;
begin
  loop
    begin
      select t.more or t.matches > 0 into more from pgmb.tick() t;
    exception when others then
      -- Whatever it was, the next tick tries again.
      raise warning 'pgmb: a tick failed: %', sqlerrm using errcode = sqlstate;
      more := false;
    end;
    -- Each tick is a transaction of its own: within a longer one it would stop all dispatch.
    commit;
    exit when clock_timestamp() >= ends;
    continue when more;
    exit when pause is null or clock_timestamp() + pause >= ends;
    perform pg_sleep(extract(epoch from pause)::double precision);
  end loop;
end
$$;

comment on procedure pgmb.keep_ticking(interval) is
  'Ticks until nothing is left; with a pause, goes on after each one until the minute is over, or until half of the session''s '
  'statement_timeout. What a scheduler runs that knows no shorter interval than a minute. To be called outside of a '
  'transaction.';
