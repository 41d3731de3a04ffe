// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.util.UUID;

import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keeps the leases of several instances in the database that they share. Stateless.
 */
@Configuration(proxyBeanMethods = false)
@Profile("cluster")
class ClusterConfiguration {

	// The name of the holder is that of the process: one that has taken the place of
	// another must not pass for it.
	@Bean
	LockProvider lockProvider(JdbcTemplate jdbcTemplate, @Value("${polls.instance}") String instance) {
		return new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
			.withJdbcTemplate(jdbcTemplate)
			.usingDbTime()
			.withLockedByValue(instance + "@" + UUID.randomUUID())
			.build());
	}

}
