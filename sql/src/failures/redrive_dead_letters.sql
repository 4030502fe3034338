create or replace function pgmb.redrive_dead_letters(
  gid text, event_ids pgmb.event_id[] default null, per_second numeric default null, max_letters bigint default null,
  dry_run boolean default false
) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set jit = off
as $$
declare
  receiver pgmb.subscription_groups;
  start timestamptz := clock_timestamp();
  redriven bigint;
begin
  if per_second <= 0 then
    raise exception 'per_second is %', per_second
      using errcode = 'PM016', hint = 'How many dead letters are to be handled in a second, above 0; null: as fast as they can be.';
  end if;
  select g.* into receiver from pgmb.subscription_groups g where g.id = gid and g.declaration is not null;
  if not found then
    raise exception 'no application has declared a handler for group %', coalesce(quote_literal(gid), 'null')
      using errcode = 'PM013',
        hint = 'Ids are <group-id>:<handler> as in pgmb.group_status. Others than handlers of applications can replay.';
  end if;
  if dry_run then
    return (
      select count(*) from (
        select from pgmb.dead_letters d
        where d.group_id = gid and not exists (select from pgmb.retries r where r.no = d.retry_no)
          and (redrive_dead_letters.event_ids is null or d.event_id = any (redrive_dead_letters.event_ids))
        limit max_letters
      ) l
    );
  end if;
  -- Whoever waits for another one's rows does not see what that one has entered.
  perform pg_advisory_xact_lock(hashtextextended('pgmb.dead_letters', 0));
  with chosen as materialized (
    select d.group_no, d.event_id from pgmb.dead_letters d
    where d.group_id = gid and not exists (select from pgmb.retries r where r.no = d.retry_no)
      and (redrive_dead_letters.event_ids is null or d.event_id = any (redrive_dead_letters.event_ids))
      -- Of what the group was before it was deleted and made anew, one letter of each event.
      and not exists (
        select from pgmb.dead_letters o
        where o.group_no = receiver.no and o.event_id = d.event_id and d.group_no <> receiver.no
      )
    order by d.event_id limit max_letters
    for update skip locked
  ), entered as (
    insert into pgmb.retries (group_no, event_ids, attempts, due_at, blocks, min_event_id)
    select
      receiver.no, array[c.event_id], 0,
      start + coalesce((row_number() over (order by c.event_id) - 1) / per_second, 0)::double precision * interval '1 s', false,
      c.event_id
    from chosen c order by c.event_id
    returning no, min_event_id as event_id
  ), marked as (
    update pgmb.dead_letters d set retry_no = e.no, group_no = receiver.no
    from chosen c join entered e on e.event_id = c.event_id
    where d.group_no = c.group_no and d.event_id = c.event_id
    returning 1
  )
  select count(*) into redriven from marked;
  return redriven;
end
$$;

comment on function pgmb.redrive_dead_letters(text, pgmb.event_id[], numeric, bigint, boolean) is
  'Has the handler of a group (<group-id>:<handler>) handle dead letters once more: those of these events, or all (null), at most '
  'max_letters, per_second of them in a second (null: at once). Each is tried with all the attempts of the handler''s policy; handled, '
  'it is deleted, else it is a dead letter again. Returns how many; with dry_run, how many it would be. What is being '
  'redriven is left alone. PM013 if no application has declared such a handler, PM016 if per_second is not above 0.';
