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
  if per_second <= 0 or per_second = 'NaN' then
    raise exception 'per_second is %', per_second
      using errcode = 'PM016', hint = 'How many dead letters are to be handled in a second, above 0; null: as fast as they can be.';
  end if;
  select g.* into receiver from pgmb.subscription_groups g where g.id = gid and g.declaration is not null;
  if not found then
    raise exception 'no application has declared a handler for group %', coalesce(quote_literal(gid), 'null')
      using errcode = 'PM013', hint = 'Ids are pgmb.events.id, pgmb.subscriptions.id and pgmb.subscription_groups.id.';
  end if;
  if dry_run then
    return (
      select count(*) from (select from pgmb.idle_dead_letters(gid, redrive_dead_letters.event_ids) limit max_letters) i
    );
  end if;
  perform pgmb.lock_dead_letters(gid);
  with chosen as materialized (
    select d.group_no, d.event_id
    from pgmb.idle_dead_letters(gid, redrive_dead_letters.event_ids) i
    join pgmb.dead_letters d on d.group_no = i.group_no and d.event_id = i.event_id
    order by d.event_id limit max_letters
    for update of d skip locked
  ), entered as (
    -- It needs nothing of the log: the dead letter has a copy.
    insert into pgmb.retries as r (group_no, event_ids, attempts, due_at, blocks)
    select
      receiver.no, array[c.event_id], 0,
      start + coalesce((row_number() over (order by c.event_id) - 1) / per_second, 0)::double precision * interval '1 s', false
    from chosen c order by c.event_id
    returning r.no, r.event_ids[1] as event_id
  ), marked as (
    update pgmb.dead_letters d set retry_no = e.no, group_no = receiver.no
    from chosen c join entered e on e.event_id = c.event_id
    where d.group_no = c.group_no and d.event_id = c.event_id
    returning 1
  ), superseded as (
    delete from pgmb.dead_letters d using chosen c
    where d.group_id = gid and d.event_id = c.event_id and d.group_no <> c.group_no
  )
  select count(*) into redriven from marked;
  return redriven;
end
$$;

comment on function pgmb.redrive_dead_letters(text, pgmb.event_id[], numeric, bigint, boolean) is
  'Has the handler of a group (<group-id>:<handler>) handle dead letters once more: those of these events, or all (null), at most '
  'max_letters, the lowest ids first, per_second of them in a second (null: at once). Each is tried with all the attempts of the '
  'handler''s policy; handled, it is deleted, else it is a dead letter again. Returns how many; with dry_run, how many it would '
  'be. What is being redriven is left alone. PM013 if no application has declared such a handler, PM016 if per_second is not above 0.';
