// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.util.UUID;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A database with a table of polls.
 */
@Configuration(proxyBeanMethods = false)
class PollDatabase {

	@Bean(destroyMethod = "dispose")
	JdbcConnectionPool dataSource() {
		return JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "");
	}

	@Bean
	JdbcTemplate jdbcTemplate(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.execute(
				"create table poll (id bigint primary key, closes_at timestamp with time zone not null, closed boolean default false not null)");
		return jdbc;
	}

}
