-- The items of all item services, for db-scheduler. Rows come and go; task_data is never used.
create table if not exists managed_service_items (
	task_name text not null,
	task_instance text not null,
	task_data bytea,
	execution_time timestamp with time zone not null,
	picked boolean not null,
	picked_by text,
	last_success timestamp with time zone,
	last_failure timestamp with time zone,
	consecutive_failures int,
	last_heartbeat timestamp with time zone,
	version bigint not null,
	priority smallint,
	primary key (task_name, task_instance)
);
-- For what is due, by service.
create index if not exists managed_service_items_due on managed_service_items (picked, task_name, execution_time);
-- For what an instance had in hand that has died.
create index if not exists managed_service_items_heartbeat on managed_service_items (last_heartbeat);
