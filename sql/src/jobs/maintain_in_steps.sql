-- Without a search_path of its own, like keep_ticking.
create or replace procedure pgmb.maintain_in_steps(current_ts timestamptz default now())
language plpgsql
as $$
declare
  more boolean := true;
begin
  while more loop
    more := pgmb.maintenance_step(current_ts);
    commit;
  end loop;
  more := true;
  while more loop
    more := pgmb.clean_up(current_ts);
    commit;
  end loop;
end
$$;

comment on procedure pgmb.maintain_in_steps(timestamptz) is
  'Like maintain_events_table, but each step is a transaction of its own, which lets its locks go. To be called outside of a '
  'transaction.';
