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
      when c.relpersistence = 't' then 'it is temporary'
      when c.relnamespace = 'pgmb'::regnamespace then 'it is one of the broker''s own'
      when exists (select from pgmb.table_tree(tbl) t join pg_class f on f.oid = t.relid where f.relkind = 'f')
        then 'a foreign table is below it'
      when exists (select from pg_inherits i where i.inhrelid = tbl) and exists (select from pg_inherits i where i.inhparent = tbl)
        then 'it is neither the top of its tree nor a leaf'
      when u.col is not null then format('the type of %I belongs to somebody else', u.col)
    end
    into refusal
    from (select tbl as oid) t left join pg_class c on c.oid = t.oid
    left join lateral (
      select pgmb.untrusted_column(m.relid) as col from pgmb.table_tree(tbl) m order by col limit 1
    ) u on true;
  if refusal is not null then
    perform pgmb.refuse_push(tbl, refusal);
  end if;
end
$$;

comment on function pgmb.check_pushable(regclass) is
  'Raises PM020 if a table''s rows cannot be published.';
