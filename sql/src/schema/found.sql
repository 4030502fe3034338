-- What is there: nothing, or an older or the same version of this schema.
do $$
declare
  found text := '';
begin
  -- "if not exists" would ask for the right to create schemas even where an administrator has made this one.
  if to_regnamespace('pgmb') is null then
    create schema pgmb;
  elsif exists (select from pg_depend where refclassid = 'pg_namespace'::regclass and refobjid = to_regnamespace('pgmb')) then
    -- Others have a table config with a version, too.
    if to_regclass('pgmb.dispatcher') is not null and to_regclass('pgmb.config') is not null then
      select c.value into found from pgmb.config c where c.id::text = 'plugin_version';
    end if;
    if coalesce(found, '') !~ '^\d+\.\d+\.\d+$' then
      raise exception 'the schema pgmb of this database belongs to something else' using errcode = 'PM005',
        hint = 'Install into another database, or drop or rename that schema.';
    end if;
    if string_to_array(found, '.')::int[] > string_to_array(current_setting('pgmb.schema_version'), '.')::int[] then
      raise exception 'the schema pgmb has version %, this script is for %', found, current_setting('pgmb.schema_version')
        using errcode = 'PM006', hint = 'Use the script of the newer release: an older one must not overwrite it.';
    end if;
  end if;
  perform set_config('pgmb.schema_found', found, true);
end
$$;
