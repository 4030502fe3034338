create or replace function pgmb.subscription_identity(group_id text, conditions_sql text, params jsonb) returns text
language sql immutable parallel safe
set search_path = pgmb, pg_temp
begin atomic
  -- The lengths keep the parts apart whatever they contain.
  select encode(
    pgmb.text_hash(length(group_id) || ':' || group_id || length(conditions_sql) || ':' || conditions_sql || params::text),
    'hex'
  );
end;

comment on function pgmb.subscription_identity(text, text, jsonb) is
  'What makes a subscription unique: a hash of 256 bits of its group, condition and parameters.';
