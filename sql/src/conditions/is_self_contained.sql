create or replace function pgmb.is_self_contained(checked regprocedure) returns boolean
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  -- What PostgreSQL brings is pinned, and leaves no dependency.
  select not exists (
    select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = checked
      and d.refclassid <> 'pg_namespace'::regclass
      and (d.refclassid <> 'pg_type'::regclass or d.refobjid not in ('pgmb.event_id'::regtype, 'pgmb.subscription_id'::regtype))
      and (d.refclassid <> 'pg_proc'::regclass or d.refobjid not in (
        select p.oid from pg_proc p
        where p.pronamespace = 'pgmb'::regnamespace
          and p.proname in ('topic_matches', 'extract_date_from_event_id', 'add_interval_imm')
      ))
  );
end;

comment on function pgmb.is_self_contained(regprocedure) is
  'Whether a function that was made of a condition uses nothing but functions, operators and types of PostgreSQL, and what this '
  'schema has for conditions: then none of them says that it changes nothing, and does.';
