create or replace function pgmb.topic_keys(topic text) returns table (key text, is_prefix boolean)
language sql immutable parallel safe
begin atomic
  select topic, false
  union all
  select left(topic, n), true
  -- A prefix is followed by something: "orders.*" does not match "orders.".
  from generate_series(1, length(topic) - 1) n
  where substr(topic, n, 1) = '.';
end;

comment on function pgmb.topic_keys(text) is
  'Under which keys subscriptions to this topic are found: the topic, and each of its prefixes that end in a dot.';
