-- One row is all the dispatcher locks: a row lock ends with its transaction, so neither a pooler nor a stopped process can
-- hold it, as it could an advisory lock of the session. Locked, never updated: it does not bloat.
create table if not exists pgmb.dispatcher (
  only_row boolean primary key default true check (only_row)
);
insert into pgmb.dispatcher values (true) on conflict do nothing;

-- Append-only. A tick that finds nothing leaves no row: the window then simply begins at the same snapshot.
create table if not exists pgmb.ticks (
  id bigint primary key,
  -- ticks of another cluster, restored into this one, are of another era
  era int not null,
  -- dispatched is what is visible in snapshot and not in previous …
  previous pg_snapshot not null,
  snapshot pg_snapshot not null,
  -- … with a seq in (after_seq, to_seq]: a big window takes several ticks
  after_seq bigint not null,
  to_seq bigint not null,
  -- nothing of the window is left
  complete boolean not null,
  events int not null,
  ticked_at timestamptz not null default clock_timestamp()
);
do $$
begin
  -- "if not exists" would wait for an open tick before it finds the index.
  if to_regclass('pgmb.ticks_ticked_at_idx') is null then
    create index ticks_ticked_at_idx on pgmb.ticks (ticked_at);
  end if;
  -- by which the tick of an event is found
  if to_regclass('pgmb.ticks_snapshot_idx') is null then
    create index ticks_snapshot_idx on pgmb.ticks (era, pg_snapshot_xmax(snapshot), id);
  end if;
end
$$;

-- Everything that is visible at the installation counts as dispatched: there are no events yet.
insert into pgmb.ticks (id, era, previous, snapshot, after_seq, to_seq, complete, events)
select 0, 1, s.snapshot, s.snapshot, 0, 0, true, 0
from (select pgmb.dispatch_snapshot() as snapshot) s
where not exists (select from pgmb.ticks);
