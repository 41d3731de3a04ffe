// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.lease;

import javax.sql.DataSource;

import net.javacrumbs.shedlock.core.LockProvider;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.ManagedServicesProperties;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ServiceThreads;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.shedlock.LeaseRows;
import io.managedservices.internal.lease.shedlock.ShedLockLeaseStore;
import io.managedservices.internal.lease.shedlock.UnusableLockProviderException;
import io.managedservices.internal.line.LineLog;

/**
 * Auto-configuration of leases that are kept by the {@link LockProvider} of ShedLock.
 * Immutable.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ManagedServicesAutoConfiguration.class,
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass(name = "net.javacrumbs.shedlock.core.LockProvider")
@ConditionalOnBean(value = ManagedServices.class, search = SearchStrategy.CURRENT)
public final class ManagedServicesLeasesAutoConfiguration {

	private static final Log logger = LineLog.of(ManagedServicesLeasesAutoConfiguration.class);

	private static final boolean JDBC = ClassUtils.isPresent("org.springframework.jdbc.core.JdbcTemplate",
			ManagedServicesLeasesAutoConfiguration.class.getClassLoader());

	@Bean
	@Lazy
	@ConditionalOnBean(LockProvider.class)
	@ConditionalOnMissingBean(value = LeaseStore.class, search = SearchStrategy.CURRENT)
	ShedLockLeaseStore managedServicesLeaseStore(LockProvider provider, ManagedServicesProperties properties,
			ListableBeanFactory beanFactory, Environment environment, ServiceThreads threads) {
		ShedLockLeaseStore store = new ShedLockLeaseStore(provider, prefix(properties, environment),
				isOnJdbc(provider) ? Jdbc.rows(beanFactory, properties.lease().table()) : null,
				Backend.of(threads)::instant);
		try {
			store.check();
		}
		catch (UnusableLockProviderException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.warn(
					"The store of the leases cannot be asked yet: services with a lease are on standby until it can be",
					ex);
		}
		return store;
	}

	private static boolean isOnJdbc(LockProvider provider) {
		return JDBC && provider.getClass().getName().contains(".jdbctemplate.");
	}

	private static String prefix(ManagedServicesProperties properties, Environment environment) {
		String prefix = properties.lease().prefix();
		if (prefix != null) {
			return prefix;
		}
		String application = environment.getProperty("spring.application.name");
		return StringUtils.hasText(application) ? application + ":" : "managed-services:";
	}

	/**
	 * What needs classes of Spring JDBC.
	 */
	private static final class Jdbc {

		static @Nullable LeaseRows rows(ListableBeanFactory beanFactory, String table) {
			DataSource dataSource = beanFactory.getBeanProvider(DataSource.class).getIfUnique();
			return (dataSource != null) ? new LeaseRows(dataSource, table) : null;
		}

	}

}
