create or replace function pgmb.types_that_run_code() returns table (type_name text)
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  with recursive suspect (oid) as (
    -- PostgreSQL's own functions are pinned, and leave no dependency.
    select c.contypid from pg_constraint c
    where c.contypid <> 0 and exists (
      select from pg_depend d
      where d.classid = 'pg_constraint'::regclass and d.objid = c.oid
        and d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)
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
  )
  select t.typname::text from suspect s join pg_type t on t.oid = s.oid;
end;

comment on function pgmb.types_that_run_code() is
  'The names of types whose literals run functions that a user has defined, when a text that has them is merely analysed: '
  'domains with such checks, and whatever contains one.';
