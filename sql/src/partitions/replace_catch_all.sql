create sequence if not exists pgmb.partition_no;

create or replace function pgmb.replace_catch_all(parent regclass, key text, bound text) returns text
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Whoever publishes queues behind a waiting exclusive lock: better to come back.
set lock_timeout = '100ms'
-- What lies beyond the bound is little, and found by the key while everybody waits.
set enable_seqscan = off
set jit = off
as $$
declare
  closed record;
  lower_clause text;
  next_name text;
begin
  execute format('lock table %s in access exclusive mode', parent);
  select p.partition, p.lower_bound, p.upper_bound into strict closed from pgmb.partitions(parent) p where p.upper_bound is null;
  lower_clause := coalesce(quote_literal(closed.lower_bound), 'minvalue');
  next_name := (select c.relname from pg_class c where c.oid = parent) || '_' || nextval('pgmb.partition_no');
  execute format('alter table %s detach partition %s', parent, closed.partition);
  execute format('create table pgmb.%I (like %s including all)', next_name, parent);
  -- Beyond the bound there is only what was given an id in the future.
  execute format(
    'with moved as (delete from %s where %I >= %L returning *) insert into pgmb.%I select * from moved',
    closed.partition, key, bound, next_name);
  execute format('alter table %s attach partition %s for values from (%s) to (%L)', parent, closed.partition, lower_clause, bound);
  execute format('alter table %s attach partition pgmb.%I for values from (%L) to (maxvalue)', parent, next_name, bound);
  return closed.partition::text;
end
$$;

comment on function pgmb.replace_catch_all(regclass, text, text) is
  'Ends the catch-all partition of a table at a bound and makes a new one from there; returns the name of the ended one. '
  'Raises lock_not_available rather than let publishers queue.';
