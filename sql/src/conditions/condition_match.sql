-- That a condition is true for an event and a subscription, or the error that it raised for them.
do $$
begin
  if to_regtype('pgmb.condition_match') is null then
    create type pgmb.condition_match as (
      seq bigint, event_id text, subscription_no bigint, sqlstate text, message text
    );
  end if;
end
$$;
