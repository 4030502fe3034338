create or replace function pgmb.get_config_value(config_id pgmb.config_type) returns text
language sql stable
set search_path = pgmb, pg_temp
begin atomic
  select c.value from pgmb.config c where c.id = config_id;
end;

comment on function pgmb.get_config_value(pgmb.config_type) is
  'The value of a setting of this database; null if it is not set.';
