create or replace function pgmb.add_interval_imm(tstz timestamptz, itvl interval) returns timestamptz
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  -- In UTC: the plain sum depends on the time zone of the session, where a day need not have 24 hours.
  select (tstz at time zone 'UTC' + itvl) at time zone 'UTC';
end;

comment on function pgmb.add_interval_imm(timestamptz, interval) is
  'The sum in UTC, the same whatever the time zone of the session: when a subscription expires that was active then.';
