create sequence if not exists pgmb.subscription_no;

create table if not exists pgmb.subscriptions (
  id pgmb.subscription_id primary key default (
    'su'
    || lpad(to_hex((date_part('epoch', clock_timestamp()) * 1000000)::bigint), 13, '0')
    || lpad(to_hex(nextval('pgmb.id_suffix') & 68719476735), 9, '0')
  ),
  no bigint not null unique default nextval('pgmb.subscription_no'),
  group_id text collate "C" not null references pgmb.subscription_groups on delete cascade,
  conditions_sql text not null default 'TRUE',
  params jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
  identity text not null unique generated always as (pgmb.subscription_identity(group_id, conditions_sql, params)) stored,
  condition_no bigint not null references pgmb.conditions,
  created_at timestamptz not null default clock_timestamp(),
  -- null: never, and so those of handlers. No index: each sign of life would write to all other indexes as well.
  expiry_interval interval,
  last_active_at timestamptz not null default now()
);

comment on table pgmb.subscriptions is
  'Which events a group receives. Assert one by insert … on conflict (identity) do update …; the text of the condition is '
  'checked then (PM002).';
comment on column pgmb.subscriptions.expiry_interval is
  'The subscription may be deleted when it was not active for so long; null for never. Always null for what a handler declares.';

-- The topics of topical subscriptions, by which a tick finds them with one probe for a distinct topic.
create table if not exists pgmb.subscription_topics (
  key text collate "C" not null,
  is_prefix boolean not null,
  subscription_no bigint not null references pgmb.subscriptions (no) on delete cascade,
  primary key (key, is_prefix, subscription_no)
);

do $$
begin
  -- "if not exists" would wait for open transactions that subscribe before it finds the indexes.
  if to_regclass('pgmb.subscriptions_group_idx') is null then
    create index subscriptions_group_idx on pgmb.subscriptions (group_id);
    create index subscriptions_condition_idx on pgmb.subscriptions (condition_no);
    create index subscriptions_params_idx on pgmb.subscriptions using gin (params);
    create index subscription_topics_subscription_idx on pgmb.subscription_topics (subscription_no);
  end if;
end
$$;
