// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

/**
 * A service runs by a lease, and there is nothing that keeps leases. Immutable.
 *
 * @since 0.1.0
 */
public final class LeaseStoreMissingException extends UnsupportedOperationException {

	/** What to change. */
	public static final String ACTION = """
			Add net.javacrumbs.shedlock:shedlock-provider-jdbc-template to the application, create its table, and declare:

			    @Bean
			    LockProvider lockProvider(JdbcTemplate jdbcTemplate) {
			        return new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
			            .withJdbcTemplate(jdbcTemplate).usingDbTime()
			            .withLockedByValue(ProcessHandle.current().pid() + "@" + UUID.randomUUID()).build());
			    }

			For development and tests set managed-services.lease.store=memory instead. See docs/many-machines.md.""";

	/**
	 * Create an exception.
	 * @param service the name of a service that runs by a lease
	 * @param lease the name of that
	 */
	LeaseStoreMissingException(String service, String lease) {
		super(("Service '%s' runs by lease '%s', and nothing keeps leases: expected a bean of type "
				+ "'net.javacrumbs.shedlock.core.LockProvider', found none")
			.formatted(service, lease));
	}

}
