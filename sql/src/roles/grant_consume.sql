create or replace function pgmb.grant_consume(role regrole) returns void
language sql volatile
set search_path = pgmb, pg_temp
begin atomic
  select pgmb.grant_all(
    array[
      'usage on schema pgmb',
      'select on pgmb.config, pgmb.events, pgmb.subscription_groups, pgmb.subscriptions, pgmb.group_status, pgmb.node_groups,'
        || ' pgmb.retry_status',
      'insert (id) on pgmb.subscription_groups',
      'insert (group_id, conditions_sql, params, expiry_interval, last_active_at) on pgmb.subscriptions',
      'update (expiry_interval, last_active_at) on pgmb.subscriptions',
      'delete on pgmb.subscriptions',
      'usage on sequence pgmb.group_no, pgmb.subscription_no, pgmb.id_suffix',
      -- what other clients call
      'execute on routine pgmb.poll_for_events, pgmb.read_next_events, pgmb.set_group_cursor, pgmb.release_group_lock,'
        || ' pgmb.read_events, pgmb.replay_events, pgmb.maintain_events_table, pgmb.keep_ticking, pgmb.maintain_in_steps,'
        || ' pgmb.add_interval_imm, pgmb.create_event_id, pgmb.create_random_bigint, pgmb.extract_date_from_event_id,'
        || ' pgmb.get_config_value',
      -- what the nodes of applications call
      'execute on routine pgmb.tick, pgmb.limit_tick, pgmb.register_node, pgmb.renew_lease, pgmb.declare_handler, pgmb.take_over,'
        || ' pgmb.read_group, pgmb.missing_events, pgmb.advance, pgmb.set_aside, pgmb.read_retries, pgmb.next_retry,'
        || ' pgmb.settle_retry, pgmb.hand_over, pgmb.withdraw_handler, pgmb.remove_node, pgmb.maintenance_step, pgmb.clean_up,'
        || ' pgmb.list_dead_letters, pgmb.redrive_dead_letters, pgmb.discard_dead_letters',
      -- what tables and views call for whoever uses them
      'execute on routine pgmb.subscription_identity, pgmb.text_hash, pgmb.group_position, pgmb.waiting_since,'
        || ' pgmb.is_lease_valid',
      -- the mark, as in grant_publish
      'execute on routine pgmb.grant_consume'
    ],
    role
  );
end;

comment on function pgmb.grant_consume(regrole) is
  'Lets a role subscribe, dispatch and read, be it as a client or as a node of an application, without rights on what the '
  'broker keeps; it cannot publish. Such roles trust each other: each may read every group, and speak for every reader. Each '
  'run of the script brings the role up to date. To be called by the owner of the schema.';
