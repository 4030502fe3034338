-- A running tick would fail on a function that is made anew. Meanwhile ticks and maintenance find these locks taken, and
-- return; in the order of maintenance.
do $$
begin
  if current_setting('pgmb.schema_found') not in ('', current_setting('pgmb.schema_version')) then
    perform pg_advisory_xact_lock(hashtextextended('pgmb.maintenance_step', 0));
    perform from pgmb.dispatcher for update;
  end if;
end
$$;
