create or replace function pgmb.publish_mutations() returns trigger
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
-- What is published does not depend on how the writer's session displays values.
set timezone = 'UTC'
set datestyle = 'ISO'
set intervalstyle = 'postgres'
set bytea_output = 'hex'
set extra_float_digits = 1
set jit = off
as $$
-- A table's columns may have any name: r.* and not r stands for its row, and variables beside them are qualified.
<<this>>
declare
  tabl oid := pgmb.pushed_as(tg_relid, tg_name);
  rows_are_pairs boolean := tg_op = 'UPDATE';
  untrusted name := pgmb.untrusted_column(tg_relid);
begin
  -- The table's owner may have added it since.
  if untrusted is not null then
    perform pgmb.refuse_push(tg_relid, format('the type of %I belongs to somebody else', untrusted));
  end if;
  -- A row that moves to another partition, and that a trigger there does not let in, is an old one without a new one.
  if tg_op = 'UPDATE' and exists (select from pg_inherits i where i.inhparent = tg_relid) then
    rows_are_pairs := (select count(*) from old_rows) = (select count(*) from new_rows);
  end if;
  if rows_are_pairs then
    -- The server appends each updated row's old and new version to the two tables at once, so the order pairs them, whatever
    -- happens to keys; keys would not, where cascades update one row twice. A full join never becomes a nested loop, which a
    -- plan made for one row would keep for many; coalesce keeps it full.
    insert into pgmb.events (topic, payload, metadata)
    select
      pgmb.mutation_topic(tabl, 'update'),
      coalesce(pgmb.changed_columns(o.shown, n.serialised), 'null'),
      jsonb_build_object('old', o.shown)
    from (
      select row_number() over () as no, case when s.emit then s.serialised end as shown
      from old_rows r cross join lateral pgmb.serialise_record_for_event(this.tabl, 'UPDATE', r.*) s
    ) o
    full join (
      select row_number() over () as no, s.serialised, s.emit
      from new_rows r cross join lateral pgmb.serialise_record_for_event(this.tabl, 'UPDATE', r.*) s
    ) n on n.no = o.no
    where coalesce(n.emit, false) and n.serialised is distinct from o.shown
    order by n.no;
    return null;
  end if;
  if tg_op <> 'INSERT' then
    insert into pgmb.events (topic, payload)
    select pgmb.mutation_topic(tabl, 'delete'), coalesce(e.serialised, 'null')
    from (
      select row_number() over () as no, s.serialised, s.emit
      from old_rows r cross join lateral pgmb.serialise_record_for_event(this.tabl, 'DELETE', r.*) s
    ) e
    where e.emit
    order by e.no;
  end if;
  if tg_op <> 'DELETE' then
    insert into pgmb.events (topic, payload)
    select pgmb.mutation_topic(tabl, 'insert'), coalesce(e.serialised, 'null')
    from (
      select row_number() over () as no, s.serialised, s.emit
      from new_rows r cross join lateral pgmb.serialise_record_for_event(this.tabl, 'INSERT', r.*) s
    ) e
    where e.emit
    order by e.no;
  end if;
  return null;
end
$$;

comment on function pgmb.publish_mutations() is
  'Trigger on tables that are pushed, for each statement: publishes its rows in the order in which it wrote them. Of an update '
  'in which rows were lost on their way to another partition, old and new rows are published as deletes and inserts. Security '
  'definer: whoever writes to the table needs no right on the schema.';
