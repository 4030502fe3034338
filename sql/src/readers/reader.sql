create or replace function pgmb.reader() returns text
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  -- Seconds, since the text of a time depends on the session.
  select coalesce(
    'reader ' || nullif(current_setting('pgmb.reader_id', true), ''),
    'backend ' || pg_backend_pid() || ' since ' || (
      select coalesce(extract(epoch from a.backend_start), 0) from pg_stat_get_activity(pg_backend_pid()) a
    ),
    'backend ' || pg_backend_pid()
  );
end;

comment on function pgmb.reader() is
  'Who the caller is as a reader of groups: what the setting pgmb.reader_id says, or else this connection. The setting is for '
  'clients whose statements go through several connections, and for those that go on at once after a restart.';
