create or replace function pgmb.check_pushable(tbl regclass) returns void
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
declare
  refusal text;
begin
  select
    case
      when c.relkind in ('r', 'p') is not true then 'it is not a table of this database'
      when c.relnamespace = 'pgmb'::regnamespace then 'it is one of the broker''s own'
      when exists (select from pgmb.table_tree(tbl) t join pg_class f on f.oid = t.relid where f.relkind = 'f')
        then 'a foreign table is below it'
      when exists (select from pg_inherits i where i.inhrelid = tbl) and exists (select from pg_inherits i where i.inhparent = tbl)
        then 'it is neither the top of its tree nor a leaf'
    end
    into refusal
    from (select tbl as oid) t left join pg_class c on c.oid = t.oid;
  if refusal is not null then
    raise exception 'events of % cannot be pushed: %', tbl, refusal
      using errcode = 'PM020',
        hint = 'Tables are pushed, and partitioned ones, but no views, foreign tables and tables of pgmb; in a tree its top or a leaf.';
  end if;
end
$$;

comment on function pgmb.check_pushable(regclass) is
  'Raises PM020 if a table''s rows cannot be published.';
