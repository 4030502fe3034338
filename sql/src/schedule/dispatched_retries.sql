-- What retries name is needed for as long as their own deliveries are there. Of the open partition of deliveries; those of the
-- others are in pgmb.closed_deliveries.
create table if not exists pgmb.dispatched_retries (
  tick bigint primary key,
  -- none of the events that its retries are to deliver again lies below
  min_event_id pgmb.event_id not null
);
