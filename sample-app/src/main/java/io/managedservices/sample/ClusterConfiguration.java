// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.util.UUID;

import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.NestedRuntimeException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * Keeps the leases of several instances in the database that they share, unless they are
 * in Redis. Stateless.
 */
@Configuration(proxyBeanMethods = false)
@Profile("cluster")
class ClusterConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(ClusterConfiguration.class);

	// The name of the holder is that of the process: one that has taken the place of
	// another must not pass for it.
	@Bean
	@Profile("!redis")
	LockProvider lockProvider(JdbcTemplate jdbcTemplate, Database database,
			@Value("${polls.instance}") String instance) {
		createTables(database);
		return new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
			.withJdbcTemplate(jdbcTemplate)
			.usingDbTime()
			.withLockedByValue(instance + "@" + UUID.randomUUID())
			.build());
	}

	// The provider is tried when the application starts, before service 'database'. If
	// the database is absent, both have to wait for it.
	private static void createTables(Database database) {
		try {
			database.createTables();
		}
		catch (MetaDataAccessException | NestedRuntimeException ex) {
			logger.info("The tables cannot be created yet: {}", ex.getMessage());
		}
	}

}
