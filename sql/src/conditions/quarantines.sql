-- Which subscriptions' conditions are not evaluated any more, and since when. No foreign key: its check would make a tick wait
-- for whoever deletes the subscription.
create table if not exists pgmb.quarantines (
  subscription_no bigint primary key,
  reason text not null check (reason in ('time limit', 'lost ticks', 'failures')),
  message text not null,
  -- not matched is everything from that tick on with a seq above
  tick bigint not null,
  after_seq bigint not null,
  since timestamptz not null default clock_timestamp()
);
comment on table pgmb.quarantines is
  'Subscriptions that receive nothing any more, since their condition took too long, ended ticks without a result, or failed '
  'on too many events. Released by pgmb.release_quarantine.';
