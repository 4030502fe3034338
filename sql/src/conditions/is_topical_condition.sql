create or replace function pgmb.is_topical_condition(conditions_sql text, out topical boolean, out prefixes boolean)
language sql immutable parallel safe
begin atomic
  select
    conditions_sql in (
      'pgmb.topic_matches(s.params -> ''topics'', e.topic)',
      's.params @> jsonb_build_object(''topics'', ARRAY[e.topic])'
    ),
    conditions_sql = 'pgmb.topic_matches(s.params -> ''topics'', e.topic)';
end;

comment on function pgmb.is_topical_condition(text) is
  'Whether a condition says nothing but that the topic is in params.topics, so that an index answers it; and whether '
  'entries that end in ".*" count as prefixes in it.';
