create or replace function pgmb.untrusted_column(tabl oid) returns name
language sql stable
begin atomic
  with recursive parts (column_name, type) as (
    select a.attname, a.atttypid
    from pg_attribute a
    where a.attrelid = tabl and a.attnum > 0 and not a.attisdropped and a.atttypid >= 16384
    union
    select p.column_name, part.type
    from parts p
    join pg_type t on t.oid = p.type
    cross join lateral (
      select t.typelem
      union all
      select t.typbasetype
      union all
      select a.atttypid from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    ) part (type)
    where part.type >= 16384
  )
  select p.column_name
  from parts p
  join pg_type t on t.oid = p.type
  join pg_roles owner on owner.oid = t.typowner
  -- A cast of a domain, an array or a composite type is never called, but those of its parts are. Whether there is one does not
  -- matter: an owner can make it at any moment, even while rows are being published.
  where t.typtype not in ('d', 'c') and t.typelem = 0 and not owner.rolsuper
    and t.typowner <> (select f.proowner from pg_proc f where f.oid = 'pgmb.publish_mutations()'::regprocedure)
  limit 1;
end;

comment on function pgmb.untrusted_column(oid) is
  'A column of a table that is not to be published, else null: the owner of its type, or of a part of it, could give that a cast '
  'to json, whose function would run with the rights of the schema''s owner. Superusers and that owner may.';
