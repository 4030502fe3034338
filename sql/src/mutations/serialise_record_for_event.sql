-- Created once and never replaced: from then on it is the user's.
do $do$
begin
  if to_regprocedure('pgmb.serialise_record_for_event(oid, text, record)') is null then
    create function pgmb.serialise_record_for_event(
      tabl oid, op text, record record, serialised out jsonb, emit out boolean
    )
    language plpgsql stable strict parallel safe
    set search_path = pgmb, pg_temp
    as $$
    begin
      serialised := to_jsonb(record);
      emit := true;
    end
    $$;

    comment on function pgmb.serialise_record_for_event(oid, text, record) is
      'What events show of a row, and whether they do (emit). Replace it to choose rows and shape payloads: the body, not the '
      'names and types of the parameters. Called for each row of a table that is pushed, and for old and new of an update, with '
      'op INSERT, UPDATE or DELETE; runs with the rights of the schema''s owner, and an error in it fails the writer''s statement. '
      'A new version of the schema keeps it.';
  end if;
end
$do$;
