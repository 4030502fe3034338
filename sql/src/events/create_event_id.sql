create or replace function pgmb.create_event_id(ts timestamptz, rand bigint) returns pgmb.event_id
language plpgsql immutable strict parallel safe
set search_path = pgmb, pg_temp
as $$
begin
  -- Cut to 36 bits, two different values could give one id.
  if rand not between 0 and 68719476735 then
    raise exception 'the suffix of an event id is between 0 and 68719476735, not %', rand
      using errcode = 'PM001', hint = 'pgmb.create_random_bigint().';
  end if;
  -- Cut to 13 digits, a moment beyond 2112 would give an id of the past, and one before 1970 an id of the future.
  return 'pm'
    || lpad(to_hex(least(greatest(extract(epoch from ts) * 1000000, 0), 4503599627370495)::bigint), 13, '0')
    || lpad(to_hex(rand), 9, '0');
end
$$;

comment on function pgmb.create_event_id(timestamptz, bigint) is
  'The event id of a moment (microseconds are kept) and a suffix from 0 to 16^9 - 1; suffix 0 sorts first. '
  'Moments before 1970 and after 2112-09-17 count as the first and the last one.';
