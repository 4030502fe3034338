create or replace function pgmb.text_place(content text, "position" int) returns text
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  select format(
    'line %s, column %s: %s>>>%s',
    length(b.before) - length(replace(b.before, e'\n', '')) + 1,
    length(b.on_line) + 1,
    right(b.on_line, 60),
    left(split_part(substr(content, "position"), e'\n', 1), 60)
  )
  from (
    select left(content, "position" - 1) as before, substring(left(content, "position" - 1) from '[^\n]*$') as on_line
  ) b;
end;

comment on function pgmb.text_place(text, int) is
  'Where a character of a text is, for people: line, column, and what stands around it, with >>> in front of it.';
