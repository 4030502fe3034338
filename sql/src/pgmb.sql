-- PGMB: a message broker inside of PostgreSQL 14 to 18. This manifest is the table of contents of the schema.
-- Installs as the owner of the database, no superuser needed; migrates what an older script has installed; a second run changes
-- nothing.
--   psql <url> -v ON_ERROR_STOP=1 -1 -f pgmb.sql
-- `drop schema pgmb cascade` removes it.

set local client_min_messages = warning;
-- Pinned, because the text of conditions is quoted under this rule.
set local standard_conforming_strings = on;

-- The version of this schema, and the oldest whose nodes can work with it.
set local pgmb.schema_version = '0.2.0';
set local pgmb.oldest_client = '0.1.0';

-- what is there already
\ir schema/lock.sql
\ir schema/found.sql
\ir schema/spare_running_nodes.sql
\ir schema/pause_ticks.sql
\ir schema/remember_grants.sql
\migrate 0.1.0-0.2.0
\ir schema/reached.sql

-- what can be configured
\ir config/config.sql
\ir config/get_config_value.sql

-- the log
\ir events/event_id.sql
\ir events/create_event_id.sql
\ir events/extract_date_from_event_id.sql
\ir events/events.sql
\ir events/create_random_bigint.sql
\ir events/read_events.sql
\ir events/window_events.sql

-- ticks: what has committed since the last one

\ir ticks/dispatch_snapshot.sql
\ir ticks/ticks.sql
\ir ticks/eras.sql
\ir ticks/tick_of.sql
\ir ticks/is_restored.sql
\ir ticks/is_outdated.sql
\ir ticks/restored_seq.sql
\ir ticks/next_window.sql
\ir ticks/likely_bounds.sql
\ir ticks/cut_step.sql
\ir ticks/has_foreign_events.sql
\ir ticks/adopt_restored_events.sql
\ir ticks/tick_trouble.sql
\ir ticks/has_undispatched_events.sql
\ir ticks/is_time_up.sql
\ir ticks/limit_tick.sql
\ir ticks/step_size.sql
\ir ticks/get_through.sql
\ir ticks/give_more_time.sql

-- what is due later
\ir schedule/scheduled_events.sql
\ir schedule/dispatched_retries.sql
\ir schedule/schedule_fronts.sql
\ir schedule/schedule_front.sql
\ir schedule/is_event_id.sql
\ir schedule/lowest_retried_id.sql
\ir schedule/has_due_events.sql
\ir schedule/mend_schedule_front.sql
\ir schedule/postpone_events.sql
\ir schedule/enter_due_events.sql

-- who receives what
\ir conditions/text_hash.sql
\ir conditions/conditions.sql
\ir conditions/quarantines.sql
\ir conditions/condition_match.sql
\ir conditions/topic_matches.sql
\ir conditions/topic_keys.sql
\ir conditions/is_topical_condition.sql
\ir conditions/names_that_run_code.sql
\ir conditions/is_self_contained.sql
\ir conditions/parse_condition.sql
\ir conditions/error_position.sql
\ir conditions/text_place.sql
\ir conditions/check_condition.sql
\ir conditions/create_condition.sql
\ir subscriptions/subscription_groups.sql
\ir subscriptions/subscription_identity.sql
\ir subscriptions/subscriptions.sql
\ir subscriptions/add_interval_imm.sql
\ir subscriptions/prepare_subscription.sql
\ir subscriptions/keep_declared_subscription.sql
\ir subscriptions/index_subscription_topics.sql

-- what conditions say, and what becomes of those that fail
\ir failures/dead_letters.sql
\ir conditions/conditions_as_one.sql
\ir conditions/evaluate_conditions.sql
\ir conditions/evaluate_in_sandbox.sql
\ir conditions/is_sandboxed.sql
\ir conditions/halve_matching.sql
\ir conditions/match_conditions.sql
\ir conditions/conditions_in_use.sql
\ir conditions/condition_batches.sql
\ir conditions/quarantine_condition.sql
\ir conditions/record_failures.sql
\ir conditions/subscription_status.sql
\ir conditions/release_quarantine.sql

-- what each group is to handle, and how far it is
\ir nodes/nodes.sql
\ir failures/retries.sql
\ir deliveries/subscription_events.sql
\ir deliveries/progress.sql
\ir deliveries/dropped_deliveries.sql
\ir deliveries/group_head.sql
\ir deliveries/group_position.sql
\ir deliveries/assign_events.sql
\ir schedule/lowest_needed_id.sql
\ir ticks/cut_off.sql
\ir ticks/dispatch.sql
\ir ticks/examine_conditions.sql
\ir ticks/tick.sql
\ir ticks/poll_for_events.sql

-- who handles it
\ir nodes/timeline.sql
\ir nodes/is_valid_epoch.sql
\ir nodes/next_epoch.sql
\ir nodes/is_lease_valid.sql
\ir nodes/is_free_for.sql
\ir nodes/limit_idling.sql
\ir nodes/register_node.sql
\ir nodes/renew_lease.sql
\ir nodes/declare_handler.sql
\ir nodes/take_group.sql
\ir nodes/take_over.sql
\ir nodes/hand_over.sql
\ir nodes/withdraw_handler.sql
\ir nodes/remove_node.sql
\ir nodes/hold_ownership.sql
\ir nodes/require_ownership.sql
\ir deliveries/group_events.sql
\ir deliveries/read_group.sql
\ir deliveries/missing_events.sql
\ir deliveries/advance.sql
\ir deliveries/waiting_since.sql
\ir deliveries/group_status.sql

-- what handlers have failed on
\ir failures/failed_parts.sql
\ir failures/keep_failed.sql
\ir failures/set_aside.sql
\ir failures/read_retries.sql
\ir failures/next_retry.sql
\ir failures/settle_retry.sql
\ir failures/retry_status.sql
\ir failures/list_dead_letters.sql
\ir failures/idle_dead_letters.sql
\ir failures/lock_dead_letters.sql
\ir failures/redrive_dead_letters.sql
\ir failures/discard_dead_letters.sql

-- who handles it outside of an application's nodes
\ir readers/reader.sql
\ir readers/reader_lease.sql
\ir readers/hold_group.sql
\ir readers/untold_losses.sql
\ir readers/tell_losses.sql
\ir readers/group_cursor.sql
\ir readers/cursor_position.sql
\ir readers/read_next_events.sql
\ir readers/release_group_lock.sql
\ir readers/set_group_cursor.sql

-- what was received before, once more
\ir replay/replay_window.sql
\ir replay/dispatch_point.sql
\ir replay/tick_batches.sql
\ir replay/subscription_matches.sql
\ir replay/replay_receiver.sql
\ir replay/replay_events.sql
\ir replay/position_after.sql
\ir replay/move_group.sql

-- partitions and retention
\ir roles/maintained_time.sql
\ir partitions/partitions.sql
\ir partitions/require_present_log.sql
\ir partitions/split_partition.sql
\ir partitions/split_events_partition.sql
\ir partitions/close_deliveries_partition.sql
\ir partitions/needs_events_below.sql
\ir partitions/drop_partition.sql
\ir partitions/skip_unread.sql
\ir partitions/empty_events_partition.sql
\ir partitions/drop_events_partition.sql
\ir partitions/drop_deliveries_partition.sql
\ir partitions/maintenance_step.sql
\ir subscriptions/is_abandoned.sql
\ir subscriptions/expire_subscriptions.sql
\ir partitions/clean_up.sql
\ir partitions/maintain_events_table.sql

-- what pg_cron does, if it is to
\ir jobs/keep_ticking.sql
\ir jobs/maintain_in_steps.sql
\ir jobs/job_name.sql
\ir jobs/has_pg_cron.sql
\ir jobs/require_pg_cron.sql
\ir jobs/unschedule_jobs.sql
\ir jobs/schedule_jobs.sql
\ir jobs/apply_job_settings.sql

-- rows of users' tables as events
\ir mutations/serialise_record_for_event.sql
\ir mutations/mutation_topic.sql
\ir mutations/changed_columns.sql
\ir mutations/pushed_as.sql
\ir mutations/refuse_push.sql
\ir mutations/publish_mutations.sql
\ir mutations/publish_mutation.sql
\ir mutations/untrusted_column.sql
\ir mutations/table_tree.sql
\ir mutations/check_pushable.sql
\ir mutations/mutation_trigger.sql
\ir mutations/set_mutation_trigger.sql
\ir mutations/push_table_mutations.sql
\ir mutations/stop_table_mutations_push.sql

-- who may do what
\ir roles/grant_all.sql
\ir roles/grant_publish.sql
\ir roles/grant_consume.sql
\ir conditions/sandbox.sql
\ir schema/privileges.sql

call pgmb.maintain_events_table();
