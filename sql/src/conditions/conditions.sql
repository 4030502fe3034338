-- The distinct texts of conditions. Each that is not topical is evaluated once in a tick.
create sequence if not exists pgmb.condition_no;

create table if not exists pgmb.conditions (
  no bigint primary key default nextval('pgmb.condition_no'),
  text text not null,
  -- answered by pgmb.subscription_topics alone
  topical boolean not null,
  -- May be evaluated together with others: it calls nothing but functions of PostgreSQL and of this schema, which change nothing
  -- for those. Null if nobody has looked yet.
  joint boolean
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
