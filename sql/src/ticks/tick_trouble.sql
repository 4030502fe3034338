-- How many ticks have begun since the last one that came to its end: a sequence keeps what is rolled back.
create sequence if not exists pgmb.tick_attempts;

-- The only row is there while ticks do not get through.
create table if not exists pgmb.tick_trouble (
  only_row boolean primary key default true check (only_row),
  -- what the next tick may take at most; null for as much as configured
  most_events bigint,
  -- what the caller gives it; null for as much as configured
  time_limit interval,
  -- how many milliseconds conditions have run in vain since the last tick that got through
  lost_ms jsonb not null default '{}',
  -- the condition that the next tick evaluates alone, to see whether it survives that
  examined bigint
);
