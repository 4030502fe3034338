create or replace function pgmb.next_window(last pgmb.ticks, restored boolean) returns pgmb.ticks
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  everything constant pg_snapshot := '9223372036854775807:9223372036854775807:';
  nothing constant pg_snapshot := '1:1:';
  step pgmb.ticks;
begin
  step.id := last.id + 1;
  step.era := last.era;
  step.previous := last.snapshot;
  step.after_seq := (select e.after_seq from pgmb.eras e where e.era = last.era);
  step.to_seq := case when restored then pgmb.restored_seq(last) else 9223372036854775807 end;
  if not last.complete then
    step.previous := last.previous;
    step.snapshot := last.snapshot;
    step.after_seq := last.to_seq;
  elsif not restored then
    step.snapshot := pgmb.dispatch_snapshot();
  elsif last.snapshot::text <> everything::text then
    -- What the other cluster had not dispatched: by its last snapshot, up to a seq that nobody adds to any more.
    step.snapshot := everything;
  else
    insert into pgmb.eras (era, after_seq) values (last.era + 1, step.to_seq);
    raise warning 'pgmb: this database was restored from another cluster; era % begins', last.era + 1
      using detail = format('All events up to seq %s are of an earlier era, and dispatched.', step.to_seq);
    step.era := last.era + 1;
    step.previous := nothing;
    step.snapshot := pgmb.dispatch_snapshot();
    step.after_seq := step.to_seq;
    step.to_seq := 9223372036854775807;
  end if;
  return step;
end
$$;

comment on function pgmb.next_window(pgmb.ticks, boolean) is
  'The window that follows on the last tick, with the highest seq that it may reach to: the rest of an unfinished one, else '
  'what has committed since. After a restore: what is left of the old era, and then the first window of a new one.';
