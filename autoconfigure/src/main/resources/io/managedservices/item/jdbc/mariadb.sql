-- The items of all item services, for db-scheduler. Rows come and go; task_data is never used. All times are in UTC.
-- Ids differ in upper and lower case, and in blanks at the end, therefore the binary collation without padding.
create table if not exists managed_service_items (
	task_name varchar(200) not null,
	task_instance varchar(100) not null,
	task_data blob,
	execution_time datetime(6) not null,
	picked boolean not null,
	picked_by varchar(50),
	last_success datetime(6),
	last_failure datetime(6),
	consecutive_failures int,
	last_heartbeat datetime(6),
	version bigint not null,
	priority smallint,
	primary key (task_name, task_instance),
	-- For what is due, by service.
	index managed_service_items_due (task_name, execution_time),
	-- For what an instance had in hand that has died.
	index managed_service_items_heartbeat (last_heartbeat)
) character set utf8mb4 collate utf8mb4_nopad_bin;
