create or replace function pgmb.discard_dead_letters(
  gid text, event_ids pgmb.event_id[] default null, max_letters bigint default null, dry_run boolean default false
) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set jit = off
as $$
declare
  discarded bigint;
begin
  if dry_run then
    return (
      select count(*) from (
        select from pgmb.dead_letters d
        where d.group_id = gid and not exists (select from pgmb.retries r where r.no = d.retry_no)
          and (discard_dead_letters.event_ids is null or d.event_id = any (discard_dead_letters.event_ids))
        limit max_letters
      ) l
    );
  end if;
  -- As in pgmb.redrive_dead_letters.
  perform pg_advisory_xact_lock(hashtextextended('pgmb.dead_letters', 0));
  with chosen as materialized (
    select d.group_no, d.event_id from pgmb.dead_letters d
    where d.group_id = gid and not exists (select from pgmb.retries r where r.no = d.retry_no)
      and (discard_dead_letters.event_ids is null or d.event_id = any (discard_dead_letters.event_ids))
    order by d.event_id limit max_letters
    for update skip locked
  ), deleted as (
    delete from pgmb.dead_letters d using chosen c
    where d.group_no = c.group_no and d.event_id = c.event_id
    returning 1
  )
  select count(*) into discarded from deleted;
  return discarded;
end
$$;

comment on function pgmb.discard_dead_letters(text, pgmb.event_id[], bigint, boolean) is
  'Deletes dead letters of a group: those of these events, or all (null), at most max_letters. Returns how many; with dry_run, '
  'how many it would be. What is being redriven is left alone.';
