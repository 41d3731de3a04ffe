package io.managedservices.autoconfigure.item;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.concurrent.Backend;
import io.managedservices.item.EmbeddedItemEngine;
import io.managedservices.item.ItemEngine;
import io.managedservices.item.ItemSchedulerInjection;
import io.managedservices.item.ItemServices;

/**
 * Auto-configuration of services that act on items. Immutable.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ManagedServicesAutoConfiguration.class)
@ConditionalOnBean(value = ManagedServices.class, search = SearchStrategy.CURRENT)
@EnableConfigurationProperties(ManagedServicesItemsProperties.class)
public final class ManagedServicesItemsAutoConfiguration {

	@Bean
	static ItemSchedulerInjection managedServicesItemSchedulerInjection() {
		return new ItemSchedulerInjection("managedServicesInjectionPoint");
	}

	@Bean
	@ConditionalOnMissingBean(value = ItemEngine.class, search = SearchStrategy.CURRENT)
	EmbeddedItemEngine managedServicesItemEngine(Backend backend) {
		return new EmbeddedItemEngine(backend);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ItemServices managedServicesItemServices(ItemEngine engine, ManagedServicesItemsProperties properties,
			Environment environment, ItemSchedulerInjection injection) {
		return new ItemServices(engine, new ConfiguredItems(properties, environment), injection);
	}

}
