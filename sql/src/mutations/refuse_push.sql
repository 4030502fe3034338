create or replace function pgmb.refuse_push(tbl regclass, refusal text) returns void
language plpgsql stable
set search_path = pgmb, pg_temp
as $$
begin
  raise exception 'events of % cannot be pushed: %', tbl, refusal
    using errcode = 'PM020',
      hint = 'Tables are pushed, and partitioned ones, but no views, foreign and temporary tables and tables of pgmb; in a tree its '
        'top or a leaf. Types of their columns belong to the owner of pgmb or to a superuser.';
end
$$;

comment on function pgmb.refuse_push(regclass, text) is
  'Raises PM020: a table''s rows cannot be published.';
