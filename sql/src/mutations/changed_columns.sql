create or replace function pgmb.changed_columns(old jsonb, new jsonb) returns jsonb
language sql immutable parallel safe
begin atomic
  select case
    when jsonb_typeof(old) = 'object' and jsonb_typeof(new) = 'object' then (
      select coalesce(jsonb_object_agg(c.key, c.value), '{}')
      from (
        select n.key, n.value from jsonb_each(new) n where n.value is distinct from old -> n.key
        union all
        select o.key, 'null' from jsonb_object_keys(old) o (key) where not new ? o.key
      ) c
    )
    else new
  end;
end;

comment on function pgmb.changed_columns(jsonb, jsonb) is
  'The members of the new object that the old one does not have like that, with null for those that are gone. '
  'What is no object has changed as a whole.';
