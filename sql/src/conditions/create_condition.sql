create or replace function pgmb.create_condition(conditions_sql text) returns bigint
language plpgsql volatile
security definer
set search_path = pgmb, pg_temp
as $$
declare
  condition_no bigint;
begin
  select c.no into condition_no from pgmb.conditions c where pgmb.text_hash(c.text) = pgmb.text_hash(conditions_sql);
  if found then
    return condition_no;
  end if;
  insert into pgmb.conditions (text, topical, joint)
    values (conditions_sql, (pgmb.is_topical_condition(conditions_sql)).topical, pgmb.check_condition(conditions_sql))
    on conflict do nothing returning no into condition_no;
  return coalesce(condition_no, pgmb.create_condition(conditions_sql));
end
$$;

comment on function pgmb.create_condition(text) is
  'The number of a condition''s text, which is checked at its first use (PM002 says why it is refused). Security definer: '
  'whoever may subscribe need not be allowed to write conditions.';
