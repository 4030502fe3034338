-- It belongs to the sandbox role, if there is one: whoever installs need not be allowed to replace it, but owns the schema.
do $$
begin
  if exists (
    select from pg_proc p
    where p.pronamespace = 'pgmb'::regnamespace and p.proname = 'evaluate_in_sandbox' and not pg_has_role(p.proowner, 'usage')
  ) then
    drop function pgmb.evaluate_in_sandbox(pgmb.conditions[], pgmb.ticks, bigint, bigint, bigint, bigint, bigint[]);
  end if;
end
$$;

create or replace function pgmb.evaluate_in_sandbox(
  conditions pgmb.conditions[], step pgmb.ticks, after_seq bigint, to_seq bigint, after_no bigint, to_no bigint,
  except_nos bigint[], out seqs bigint[], out event_ids text[], out subscription_nos bigint[]
)
language plpgsql stable
security definer
set search_path = pgmb, pg_temp
as $$
begin
  select m.* into seqs, event_ids, subscription_nos
    from pgmb.evaluate_conditions(conditions, step, after_seq, to_seq, after_no, to_no, except_nos) m;
end
$$;

comment on function
  pgmb.evaluate_in_sandbox(pgmb.conditions[], pgmb.ticks, bigint, bigint, bigint, bigint, bigint[]) is
  'The same as pgmb.evaluate_conditions, with the rights of the sandbox role that owns it: to read what this query needs, and '
  'what PUBLIC may. Not to be called unless pgmb.is_sandboxed().';
