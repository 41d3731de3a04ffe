create table if not exists poll (
	id bigint primary key,
	question varchar(200) not null,
	closes_at timestamp with time zone not null
);

create table if not exists choice (
	poll_id bigint not null references poll (id),
	answer varchar(40) not null,
	votes bigint not null,
	primary key (poll_id, answer)
);
