create or replace function pgmb.limit_idling(longest interval) returns void
language plpgsql volatile
set search_path = pgmb, pg_temp
as $$
declare
  set_by_caller interval := nullif(current_setting('idle_in_transaction_session_timeout')::interval, interval '0');
begin
  -- Milliseconds, as an int of which 0 means never.
  perform set_config(
    'idle_in_transaction_session_timeout',
    greatest(1, least(extract(epoch from least(longest, set_by_caller)) * 1000, 2147483647))::int::text,
    true
  );
end
$$;

comment on function pgmb.limit_idling(interval) is
  'Has the server end this session if it idles for so long before its transaction ends: whoever is frozen would keep what it '
  'has locked from others for ever. A shorter limit of the caller stays.';
