create or replace function pgmb.reader_lease() returns interval
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select coalesce(nullif(current_setting('pgmb.reader_lease', true), '')::interval, interval '30 seconds');
end;

comment on function pgmb.reader_lease() is
  'How long the caller may be silent before others take its groups over: the setting pgmb.reader_lease, or else 30 seconds.';
