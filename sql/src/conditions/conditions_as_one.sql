create or replace function pgmb.conditions_as_one(conditions pgmb.conditions[]) returns text
language plpgsql immutable
set search_path = pgmb, pg_temp
as $$
declare
  middle int := cardinality(conditions) / 2;
begin
  if middle = 0 then
    return '(' || conditions[1].text || e'\n)';
  end if;
  return format('case when r.condition_no < %s then %s else %s end', conditions[middle + 1].no,
    pgmb.conditions_as_one(conditions[:middle]), pgmb.conditions_as_one(conditions[middle + 1:]));
end
$$;

comment on function pgmb.conditions_as_one(pgmb.conditions[]) is
  'An expression that is the condition of the subscription r, of these, which are in the order of their numbers. Of a hundred, seven '
  'comparisons find it.';
