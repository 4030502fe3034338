create or replace function pgmb.group_cursor(epoch bigint, "position" bigint) returns pgmb.event_id
language sql immutable strict parallel safe
set search_path = pgmb, pg_temp
begin atomic
  select ('cu' || lpad(to_hex(epoch & 16777215), 6, '0') || lpad(to_hex(position), 16, '0'))::pgmb.event_id;
end;

comment on function pgmb.group_cursor(bigint, bigint) is
  'The cursor of a position of a group in an epoch: cu, 6 hex digits of the epoch, which starts again after 16^6, 16 of the '
  'position. Opaque to clients.';
