create or replace function pgmb.names_that_run_code() returns table (name text)
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  with recursive suspect (oid) as (
    -- PostgreSQL's own functions are pinned, and leave no dependency.
    select c.contypid from pg_constraint c
    where c.contypid <> 0 and exists (
      select from pg_depend d
      where d.classid = 'pg_constraint'::regclass and d.objid = c.oid
        and (d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)
          -- a check that casts to another type runs what that one does
          or d.refclassid = 'pg_type'::regclass and d.refobjid <> c.contypid)
    )
    union
    select r.rngtypid from pg_range r where r.rngcanonical <> 0 and r.rngcanonical >= 16384
    union
    select holder.oid
    from suspect s
    join (
      select t.oid, t.typelem as part from pg_type t
      union all
      select t.oid, t.typbasetype from pg_type t
      union all
      select c.reltype, a.atttypid from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      union all
      select r.rngtypid, r.rngsubtype from pg_range r
      union all
      select r.rngmultitypid, r.rngtypid from pg_range r
    ) holder on holder.part = s.oid and holder.oid <> 0
  ), calls as (
    -- Literals that are given to them take their types, which the text then need not name.
    select p.oid, p.proname, p.pronamespace from pg_proc p
    where p.oid >= 16384 and exists (
      select from suspect s where s.oid = p.prorettype or s.oid = any (coalesce(p.proallargtypes, p.proargtypes::oid[]))
    )
  )
  select n.name
  from (
    select t.typname::text, t.typnamespace from suspect s join pg_type t on t.oid = s.oid
    union all
    select c.proname::text, c.pronamespace from calls c
    union all
    select o.oprname::text, o.oprnamespace from pg_operator o join calls c on c.oid = o.oprcode
  ) n (name, namespace)
  where not pg_is_other_temp_schema(n.namespace);
end;

comment on function pgmb.names_that_run_code() is
  'What a text must not name, since its literals would run functions that a user has defined when it is merely analysed: '
  'domains with such checks, whatever contains one, and functions and operators that take or return them.';
