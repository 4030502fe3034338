create or replace function pgmb.grant_publish(role regrole) returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  select pgmb.grant_all(
    array[
      'usage on schema pgmb',
      -- Not the table: whoever gives xact_id or seq itself is not dispatched, or out of order.
      'insert (id, topic, payload, metadata, subscription_id) on pgmb.events',
      -- for "returning id"
      'select (id) on pgmb.events',
      'usage on sequence pgmb.event_seq, pgmb.id_suffix',
      'select on pgmb.config',
      'execute on routine pgmb.create_event_id, pgmb.create_random_bigint, pgmb.extract_date_from_event_id,'
        || ' pgmb.get_config_value',
      -- The mark by which the script finds the role again, since what it is to have may grow with a version. Who calls it
      -- without owning the schema is refused.
      'execute on routine pgmb.grant_publish'
    ],
    role
  );
end;

comment on function pgmb.grant_publish(regrole) is
  'Lets a role publish, and nothing else: it cannot read payloads, nor say when it published, nor tick. Each run of the '
  'script brings it up to date. To be called by the owner of the schema.';
