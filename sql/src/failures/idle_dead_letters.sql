create or replace function pgmb.idle_dead_letters(gid text, event_ids pgmb.event_id[])
returns table (group_no bigint, event_id pgmb.event_id)
language sql stable
begin atomic
  select d.group_no, d.event_id from pgmb.dead_letters d
  where d.group_id = gid and (idle_dead_letters.event_ids is null or d.event_id = any (idle_dead_letters.event_ids))
    and not exists (select from pgmb.retries r where r.no = d.retry_no)
    -- A group that was deleted and made anew may have failed on an event in each of its lives.
    and not exists (
      select from pgmb.dead_letters o where o.group_id = d.group_id and o.event_id = d.event_id and o.group_no > d.group_no
    );
end;

comment on function pgmb.idle_dead_letters(text, pgmb.event_id[]) is
  'The dead letters of a group that are not being redriven, one for each event: of these events, or all (null). Inlined.';
