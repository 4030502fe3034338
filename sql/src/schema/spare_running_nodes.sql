-- A node checks the version when it starts, so nodes that could not work with the new one must have stopped before.
do $$
declare
  found text := current_setting('pgmb.schema_found');
  running text;
begin
  if found <> '' and string_to_array(found, '.')::int[] < string_to_array(current_setting('pgmb.oldest_client'), '.')::int[] then
    select string_agg(n.node, ', ' order by n.node) into running
      from pgmb.nodes n where n.renewed_at + n.lease > clock_timestamp();
    if running is not null then
      raise exception 'nodes of version % are running, which cannot work with %: %',
          found, current_setting('pgmb.schema_version'), running
        using errcode = 'PM007', hint = 'Stop all nodes of the old version first.';
    end if;
  end if;
end
$$;
