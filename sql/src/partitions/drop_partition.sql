create or replace function pgmb.drop_partition(parent regclass, partition regclass) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
set lock_timeout = '100ms'
as $$
begin
  execute format('lock table %s in access exclusive mode', parent);
  execute format('alter table %s detach partition %s', parent, partition);
  execute format('drop table %s', partition);
end
$$;

comment on function pgmb.drop_partition(regclass, regclass) is
  'Drops a partition. Raises lock_not_available rather than let publishers queue behind an open transaction.';
