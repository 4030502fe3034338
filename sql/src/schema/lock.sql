-- One installation at a time, whoever runs it. Nobody queues behind this lock but other installations.
do $$
begin
  if coalesce(current_setting('pgmb.schema_version', true), '') = '' then
    raise exception 'this script runs in one transaction only' using errcode = 'PM004', hint = 'psql -1.';
  end if;
  set local lock_timeout = '5s';
  perform pg_advisory_xact_lock(hashtextextended('pgmb.schema', 0));
  -- From here on for tables, where publishers queue behind whoever waits.
  set local lock_timeout = '2s';
end
$$;
