create or replace function pgmb.timeline() returns bigint
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
begin
  -- By the WAL that is being written, since the control file tells it only after the next checkpoint.
  return ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint;
exception when others then
  -- Not every server shows its WAL: then takeovers after a promotion are left to an administrator.
  return 1;
end
$$;

comment on function pgmb.timeline() is
  'The timeline of this cluster: another one after each promotion, and after each recovery to a point in time.';
