create or replace function pgmb.publish_mutation() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO'
set intervalstyle = 'postgres'
set bytea_output = 'hex'
set extra_float_digits = 1
as $$
declare
  row_before record;
  row_after record;
  untrusted name := pgmb.untrusted_column(tg_relid);
begin
  -- The table's owner may have added it since.
  if untrusted is not null then
    perform pgmb.refuse_push(tg_relid, format('the type of %I belongs to somebody else', untrusted));
  end if;
  if tg_op <> 'INSERT' then
    select s.* into row_before from pgmb.serialise_record_for_event(tg_relid, tg_op, old) s;
  end if;
  if tg_op <> 'DELETE' then
    select s.* into row_after from pgmb.serialise_record_for_event(tg_relid, tg_op, new) s;
  end if;
  if tg_op = 'INSERT' then
    insert into pgmb.events (topic, payload)
    select pgmb.mutation_topic(tg_relid, 'insert'), coalesce(row_after.serialised, 'null')
    where row_after.emit;
  elsif tg_op = 'DELETE' then
    insert into pgmb.events (topic, payload)
    select pgmb.mutation_topic(tg_relid, 'delete'), coalesce(row_before.serialised, 'null')
    where row_before.emit;
  else
    insert into pgmb.events (topic, payload, metadata)
    select
      pgmb.mutation_topic(tg_relid, 'update'),
      coalesce(pgmb.changed_columns(b.shown, row_after.serialised), 'null'),
      jsonb_build_object('old', b.shown)
    from (select case when row_before.emit then row_before.serialised end as shown) b
    where row_after.emit and row_after.serialised is distinct from b.shown;
  end if;
  return null;
end
$$;

comment on function pgmb.publish_mutation() is
  'Trigger on partitions and inheritance children that are pushed themselves, for each row: a statement that names the table '
  'above them fires no other trigger of theirs. A row that moves out or in is a delete or an insert. Security definer, like '
  'pgmb.publish_mutations.';
