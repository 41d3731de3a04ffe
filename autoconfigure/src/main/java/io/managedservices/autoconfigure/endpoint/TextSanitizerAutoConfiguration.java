// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.endpoint.ShownValues;
import io.managedservices.internal.sanitize.TextSanitizer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what is shown of texts of
 * others, by {@code management.endpoint.managedservices.show-values} and
 * {@link SanitizingFunction} beans. All that shows services obeys it, whether there is an
 * endpoint or not.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration")
@ConditionalOnClass({ SanitizingFunction.class, Show.class })
@ConditionalOnBean(ManagedServices.class)
@EnableConfigurationProperties(ManagedServicesEndpointProperties.class)
public final class TextSanitizerAutoConfiguration {

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	ShownValues managedServicesShownValues(ManagedServicesEndpointProperties properties,
			ObjectProvider<SanitizingFunction> functions) {
		return new ShownValues(properties.showValues(), properties.roles(), functions.orderedStream().toList());
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	TextSanitizer managedServicesTextSanitizer(ShownValues values) {
		return values.toAnyone();
	}

}
