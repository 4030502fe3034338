-- The clusters that this database has lived in, by a dump and a restore: each counts transactions in its own way, so that what
-- xact_id and snapshots say holds within an era only. The sequence goes on, and tells whose an event is.
create table if not exists pgmb.eras (
  era int primary key,
  -- events of this era have a seq above this one, those of earlier eras do not
  after_seq bigint not null,
  began_at timestamptz not null default clock_timestamp()
);
insert into pgmb.eras (era, after_seq) values (1, 0) on conflict do nothing;

comment on table pgmb.eras is
  'One row for each cluster in which this database has ticked. A second one appears with the first ticks after a restore.';
