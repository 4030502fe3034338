create or replace function pgmb.lock_dead_letters(gid text) returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  -- Whoever waited for another one's rows instead would not see what that one has entered.
  select pg_advisory_xact_lock(hashtextextended('pgmb.dead_letters ' || gid, 0));
end;

comment on function pgmb.lock_dead_letters(text) is
  'Lets one transaction at a time redrive or discard dead letters of a group; the next statement sees what the one before has done.';
