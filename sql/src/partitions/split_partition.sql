create sequence if not exists pgmb.partition_no;

create or replace function pgmb.split_partition(parent regclass, partition regclass, bound text, key text) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
-- Whoever publishes queues behind a waiting exclusive lock: better to come back.
set lock_timeout = '100ms'
-- What lies beyond the bound is little, and found by the key while everybody waits.
set enable_seqscan = off
set jit = off
as $$
declare
  lower_clause text;
  upper_clause text;
  next_name text;
  moved bigint;
begin
  execute format('lock table %s in access exclusive mode', parent);
  select coalesce(quote_literal(p.lower_bound), 'minvalue'), coalesce(quote_literal(p.upper_bound), 'maxvalue')
    into strict lower_clause, upper_clause
    from pgmb.partitions(parent) p where p.partition = split_partition.partition;
  next_name := (select c.relname from pg_class c where c.oid = parent) || '_' || nextval('pgmb.partition_no');
  execute format('alter table %s detach partition %s', parent, partition);
  execute format('create table pgmb.%I (like %s including all)', next_name, parent);
  if key is not null then
    execute format(
      'with moved as (delete from %s where %I >= %L returning *) insert into pgmb.%I select * from moved',
      partition, key, bound, next_name);
    get diagnostics moved = row_count;
    if moved > 0 then
      -- Older snapshots see them only where nobody looks for them any more: they are to find out.
      update pgmb.replay_window set after_tick = after_tick;
    end if;
  end if;
  execute format('alter table %s attach partition %s for values from (%s) to (%L)', parent, partition, lower_clause, bound);
  execute format('alter table %s attach partition pgmb.%I for values from (%L) to (%s)', parent, next_name, bound, upper_clause);
end
$$;

comment on function pgmb.split_partition(regclass, regclass, text, text) is
  'Ends a partition of a table at a bound and makes a new one from there; rows beyond it, which the key finds, move. Without '
  'a key there are none. Raises lock_not_available rather than let publishers queue. Scans what stays under an exclusive lock.';
