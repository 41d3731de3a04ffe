// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.ManagedServicesItemsProperties;
import io.managedservices.autoconfigure.ManagedServicesItemsProperties.Engine;
import io.managedservices.autoconfigure.ManagedServicesProperties;
import io.managedservices.autoconfigure.observation.Surroundings;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ServiceThreads;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.item.ItemEngine;
import io.managedservices.internal.item.ItemSchedulerInjection;
import io.managedservices.internal.item.ItemServices;
import io.managedservices.internal.item.embedded.EmbeddedItemEngine;
import io.managedservices.internal.item.jdbc.DbSchedulerItemEngine;
import io.managedservices.internal.item.jdbc.DbSchedulerSettings;

/**
 * Auto-configuration of services that act on items. Immutable.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ManagedServicesAutoConfiguration.class,
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBean(value = { ManagedServices.class, ServiceThreads.class }, search = SearchStrategy.CURRENT)
@EnableConfigurationProperties(ManagedServicesItemsProperties.class)
public final class ManagedServicesItemsAutoConfiguration {

	@Bean(autowireCandidate = false)
	static ItemSchedulerInjection managedServicesItemSchedulerInjection() {
		return new ItemSchedulerInjection();
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(value = ItemEngine.class, search = SearchStrategy.CURRENT)
	EmbeddedItemEngine managedServicesItemEngine(ServiceThreads threads, ManagedServicesItemsProperties properties,
			ConfigurableListableBeanFactory beanFactory) {
		if (properties.engine() == Engine.DB_SCHEDULER) {
			throw DbSchedulerUnavailableException.within(beanFactory);
		}
		return new EmbeddedItemEngine(Backend.of(threads));
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ItemServices managedServicesItemServices(ItemEngine engine, ManagedServicesItemsProperties properties,
			Environment environment, BeanFactory beanFactory) {
		return new ItemServices(engine, new ConfiguredItems(properties, environment, namesOfParents(beanFactory)),
				beanFactory.getBean(ItemSchedulerInjection.class), () -> Surroundings.of(beanFactory));
	}

	private static Set<String> namesOfParents(BeanFactory beanFactory) {
		BeanFactory parent = (beanFactory instanceof HierarchicalBeanFactory hierarchical)
				? hierarchical.getParentBeanFactory() : null;
		if (parent == null) {
			return Set.of();
		}
		return parent.getBeanProvider(ItemServices.class)
			.stream()
			.flatMap((services) -> services.names().stream())
			.collect(Collectors.toSet());
	}

	/**
	 * Items are shared with other instances over a database.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Scheduler.class, JdbcTemplate.class })
	@ConditionalOnSingleCandidate(DataSource.class)
	@Conditional(OnDbSchedulerEngine.class)
	static class DbSchedulerConfiguration {

		@Bean
		@ConditionalOnMissingBean(value = ItemEngine.class, search = SearchStrategy.CURRENT)
		DbSchedulerItemEngine managedServicesDbSchedulerItemEngine(DataSource dataSource,
				ManagedServicesItemsProperties properties, ManagedServicesProperties services, ServiceThreads threads) {
			ManagedServicesItemsProperties.DbScheduler configured = properties.dbScheduler();
			List<GraphProblem> problems = new ArrayList<>();
			DbSchedulerCheck.check(configured, problems::add);
			DbSchedulerCheck.checkVersion(SchedulerBuilder.class, problems::add);
			if (!problems.isEmpty()) {
				throw new InvalidServiceGraphException(problems);
			}
			return new DbSchedulerItemEngine(
					dataSource, new DbSchedulerSettings(configured.table(), configured.createTable(),
							configured.pollingInterval(), configured.heartbeat(), stopTimeout(services)),
					Backend.of(threads));
		}

		// Less than the service has for its stop, so that what hangs is told by the
		// engine, which knows what that is.
		private static Duration stopTimeout(ManagedServicesProperties services) {
			ServiceSettings.Own own = services.services().get(DbSchedulerItemEngine.SERVICE_NAME);
			Duration ownTimeout = (own != null) ? own.stopTimeout() : null;
			Duration timeout = (ownTimeout != null) ? ownTimeout : services.defaults().stopTimeout();
			Duration part = timeout.multipliedBy(3).dividedBy(4);
			// One that is wrong is told with all else that is wrong.
			return (part.compareTo(Duration.ZERO) > 0) ? part : DbSchedulerSettings.DEFAULTS.stopTimeout();
		}

		@Bean
		@ConditionalOnBean(value = DbSchedulerItemEngine.class, search = SearchStrategy.CURRENT)
		ServiceRegistration managedServicesItemScheduler(DbSchedulerItemEngine engine,
				ManagedServicesItemsProperties properties) {
			return new ServiceRegistration(DbSchedulerItemEngine.SERVICE_NAME, engine)
				.dependsOn(properties.dbScheduler().dependsOn().toArray(new String[0]));
		}

	}

}
