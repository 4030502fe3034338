-- No event that is scheduled is due before the last one of these. Under a held snapshot, what has left the schedule stays in its
-- index for as long, and each idle tick would walk over all of it. Append-only for the same reason.
create table if not exists pgmb.schedule_fronts (
  no bigint generated always as identity primary key,
  due_at timestamptz not null
);
