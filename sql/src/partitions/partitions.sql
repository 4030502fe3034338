create or replace function pgmb.partitions(parent regclass)
returns table (partition regclass, lower_bound text, upper_bound text)
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select
    i.inhrelid::regclass,
    nullif(trim(both '''' from substring(b.bounds from 'FROM \((.*)\) TO')), 'MINVALUE'),
    nullif(trim(both '''' from substring(b.bounds from 'TO \((.*)\)$')), 'MAXVALUE')
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
  -- Asked once: no longer there for a partition that somebody has just dropped, whatever this snapshot shows.
  cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bounds offset 0) b
  where i.inhparent = parent and not i.inhdetachpending and b.bounds is not null;
end;

comment on function pgmb.partitions(regclass) is
  'The partitions of a table with their bounds, as the catalogue has them: names and time zones tell nothing. A missing '
  'bound is null.';
