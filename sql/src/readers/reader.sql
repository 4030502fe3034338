create or replace function pgmb.reader() returns text
language sql stable
-- Who asks must not change the answer: the owner may not see when a session of another role began.
security definer
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(
    'reader ' || nullif(current_setting('pgmb.reader_id', true), ''),
    -- Seconds, since the text of a time depends on the session.
    'backend ' || pg_backend_pid() || coalesce(
      ' since ' || (select extract(epoch from a.backend_start) from pg_stat_get_activity(pg_backend_pid()) a),
      ' at port ' || inet_client_port(),
      ''
    )
  );
end;

comment on function pgmb.reader() is
  'Who the caller is as a reader of groups: what the setting pgmb.reader_id says, or else this connection. The setting is for '
  'clients whose statements go through several connections, and for those that go on at once after a restart.';
