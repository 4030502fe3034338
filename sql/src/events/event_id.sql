-- Collation C: ids compare bytewise, so that text order is time order whatever the locale of the database.
do $$
begin
  if to_regtype('pgmb.event_id') is null then
    create domain pgmb.event_id as text collate "C";
    create domain pgmb.subscription_id as text collate "C";
  end if;
end
$$;

comment on domain pgmb.event_id is
  'pm, 13 hex digits of microseconds since the epoch, 9 hex digits that make it unique.';
comment on domain pgmb.subscription_id is
  'su, 13 hex digits of microseconds since the epoch, 9 hex digits that make it unique.';
