create or replace function pgmb.drop_deliveries_partition(current_ts timestamptz) returns boolean
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  retention interval := pgmb.get_config_value('partition_retention_period')::interval;
  -- null: for ever
  cap interval := pgmb.get_config_value('partition_retention_cap')::interval;
  candidate record;
  consumed boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    -- An older snapshot would not show which groups have been moved back since.
    return false;
  end if;
  for candidate in
    select p.partition, c.partition as name, coalesce(c.closed_at < pgmb.add_interval_imm(current_ts, -cap), false) as beyond_cap
    from pgmb.partitions('pgmb.subscription_events') p
    join pgmb.closed_deliveries c on c.partition = p.partition::text
    where c.closed_at < pgmb.add_interval_imm(current_ts, -retention)
    order by c.closed_at
  loop
    -- One probe for each group: a consumer that is away for long has many partitions kept, and asked about often.
    execute format(
      'select not exists (select from pgmb.subscription_groups g cross join lateral ('
      'select d.last_position from %s d where d.group_no = g.no order by d.last_position desc limit 1) m '
      'where pgmb.group_position(g.no) < m.last_position)',
      candidate.partition) into consumed;
    continue when not (consumed or candidate.beyond_cap);
    if not consumed then
      perform pgmb.skip_unread(candidate.partition);
    end if;
    perform pgmb.drop_partition('pgmb.subscription_events', candidate.partition);
    delete from pgmb.closed_deliveries c where c.partition = candidate.name;
    return true;
  end loop;
  return false;
exception when lock_not_available then
  return false;
end
$$;

comment on function pgmb.drop_deliveries_partition(timestamptz) is
  'Drops one partition of deliveries that was closed before the retention period and that every group has acknowledged, or '
  'that was closed before the cap, if there is one; false if there is none or somebody is in the way.';
