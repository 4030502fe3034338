create or replace function pgmb.failed_parts(failed jsonb)
returns table (
  n bigint, event_ids pgmb.event_id[], attempts int, delay_ms bigint, blocks boolean, reason text, message text, causes jsonb
)
language sql immutable
set search_path = pgmb, pg_temp
begin atomic
  select p.n, p.event_ids::pgmb.event_id[], p.attempts, p.delay_ms, coalesce(p.blocks, false), p.reason, p.message, p.causes
  from rows from (
    jsonb_to_recordset(failed) as (
      event_ids text[], attempts int, delay_ms bigint, blocks boolean, reason text, message text, causes jsonb
    )
  ) with ordinality p (event_ids, attempts, delay_ms, blocks, reason, message, causes, n);
end;

comment on function pgmb.failed_parts(jsonb) is
  'An array of objects: event_ids, those of one attempt in their order; attempts, how many have failed; delay_ms until the next '
  'one, null for none; blocks, whether the group waits for it; reason (see pgmb.dead_letters), message and causes.';
