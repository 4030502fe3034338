create or replace function pgmb.text_hash(content text) returns bytea
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  select sha256(convert_to(content, 'UTF8'));
end;

comment on function pgmb.text_hash(text) is
  'SHA-256: what is equal by it may be taken for equal, so that long texts can be unique.';
