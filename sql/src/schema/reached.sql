do $$
begin
  if current_setting('pgmb.schema_found') not in ('', current_setting('pgmb.schema_version')) then
    raise exception 'no migration leads from version % to %',
        current_setting('pgmb.schema_found'), current_setting('pgmb.schema_version')
      using errcode = 'PM008', hint = 'Was this schema installed from a released script?';
  end if;
end
$$;
