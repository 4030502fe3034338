create or replace function pgmb.topic_matches(topics jsonb, topic text) returns boolean
language sql immutable parallel safe
begin atomic
  select topics ? topic or exists (
    select from jsonb_array_elements_text(topics) t
    where t like '%.*' and starts_with(topic, left(t, -1)) and length(topic) >= length(t)
  );
end;

comment on function pgmb.topic_matches(jsonb, text) is
  'Whether a topic is in an array of exact names and of prefixes that end in ".*".';
