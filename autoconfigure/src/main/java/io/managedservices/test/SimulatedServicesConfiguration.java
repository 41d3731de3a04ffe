// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.stream.Stream;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.context.annotation.ImportAware;
import org.springframework.context.annotation.Primary;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.AnnotationMetadata;

/**
 * The beans of {@link SimulatedServices}.
 */
@Configuration(proxyBeanMethods = false)
class SimulatedServicesConfiguration implements ImportAware {

	private String startingAt = "";

	@Override
	public void setImportMetadata(AnnotationMetadata importingClass) {
		this.startingAt = importingClass.getAnnotations()
			.get(SimulatedServices.class)
			.getValue("startingAt", String.class)
			.orElse("");
	}

	// Primary for an ApplicationContextRunner, which looks at auto-configurations first.
	@Bean
	@Primary
	@ConditionalOnMissingBean
	SimulatedTime simulatedTime() {
		if (this.startingAt.isEmpty()) {
			return SimulatedTime.startingNow();
		}
		try {
			return SimulatedTime.startingAt(Instant.parse(this.startingAt));
		}
		catch (DateTimeParseException ex) {
			throw new IllegalStateException(
					"@SimulatedServices cannot start at '%s': expected an instant such as 2030-01-01T00:00:00Z."
						.formatted(this.startingAt),
					ex);
		}
	}

	@Bean
	@Primary
	@Conditional(NoPrimaryClock.class)
	Clock simulatedClock(SimulatedTime time) {
		return time.clock();
	}

	/**
	 * Whether no clock of the application or of the test is primary.
	 */
	static final class NoPrimaryClock implements ConfigurationCondition {

		@Override
		public ConfigurationPhase getConfigurationPhase() {
			return ConfigurationPhase.REGISTER_BEAN;
		}

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConfigurableListableBeanFactory beanFactory = Objects.requireNonNull(context.getBeanFactory());
			return Stream.of(beanFactory.getBeanNamesForType(Clock.class, true, false))
				.filter(beanFactory::containsBeanDefinition)
				.noneMatch((name) -> beanFactory.getBeanDefinition(name).isPrimary());
		}

	}

}
