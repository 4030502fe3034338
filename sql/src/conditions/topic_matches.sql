create or replace function pgmb.topic_matches(topics jsonb, topic text) returns boolean
language sql immutable parallel safe
begin atomic
  -- Whatever is not an array of texts matches nothing, rather than fail on every event.
  select jsonb_typeof(topics) = 'array' and (topics ? topic or exists (
    select from jsonb_array_elements_text(case jsonb_typeof(topics) when 'array' then topics else '[]' end) t
    where t like '%.*' and starts_with(topic, left(t, -1)) and length(topic) >= length(t)
  ));
end;

comment on function pgmb.topic_matches(jsonb, text) is
  'Whether a topic is in an array of exact names and of prefixes that end in ".*".';
