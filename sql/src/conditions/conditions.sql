-- The distinct texts of conditions. Each that is not topical has a function pgmb.condition_<no>, which a tick calls once.
create sequence if not exists pgmb.condition_no;

create table if not exists pgmb.conditions (
  no bigint primary key default nextval('pgmb.condition_no'),
  text text not null,
  -- answered by pgmb.subscription_topics alone
  topical boolean not null
);
do $$
begin
  -- "if not exists" would wait for open transactions that subscribe before it finds the index.
  if to_regclass('pgmb.conditions_text_idx') is null then
    -- By hash: the text may be longer than an index entry.
    create unique index conditions_text_idx on pgmb.conditions (pgmb.text_hash(text));
  end if;
end
$$;

-- What a condition could not be evaluated for. Nothing is dropped: the range names the events exactly.
create table if not exists pgmb.match_failures (
  condition_no bigint not null references pgmb.conditions on delete cascade,
  tick bigint not null,
  after_seq bigint not null,
  to_seq bigint not null,
  sqlstate text not null,
  message text not null,
  failed_at timestamptz not null default clock_timestamp(),
  primary key (condition_no, tick, after_seq)
);
comment on table pgmb.match_failures is
  'The events of a tick with a seq in (after_seq, to_seq] on which a condition raised an error: its subscriptions did not '
  'receive them. All other subscriptions did.';
