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
      select count(*) from (select from pgmb.idle_dead_letters(gid, discard_dead_letters.event_ids) limit max_letters) i
    );
  end if;
  perform pgmb.lock_dead_letters(gid);
  with chosen as materialized (
    select d.event_id
    from pgmb.idle_dead_letters(gid, discard_dead_letters.event_ids) i
    join pgmb.dead_letters d on d.group_no = i.group_no and d.event_id = i.event_id
    order by d.event_id limit max_letters
    for update of d skip locked
  ), deleted as (
    delete from pgmb.dead_letters d using chosen c where d.group_id = gid and d.event_id = c.event_id
    returning d.event_id
  )
  select count(distinct d.event_id) into discarded from deleted d;
  return discarded;
end
$$;

comment on function pgmb.discard_dead_letters(text, pgmb.event_id[], bigint, boolean) is
  'Deletes dead letters of a group: those of these events, or all (null), at most max_letters, the lowest ids first. Returns how '
  'many; with dry_run, how many it would be. What is being redriven is left alone.';
