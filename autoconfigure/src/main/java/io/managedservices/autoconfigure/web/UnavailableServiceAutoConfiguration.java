// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.web;

import java.time.InstantSource;

import jakarta.servlet.Filter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.servlet.HandlerExceptionResolver;

import io.managedservices.ManagedServices;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.web.UnavailableServiceAdvice;
import io.managedservices.web.UnavailableServiceFilter;
import io.managedservices.web.UnavailableServiceWebExceptionHandler;
import io.managedservices.web.UnavailableServices;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that answers requests for a service
 * that does not run with 503 and a problem detail, in MVC and in WebFlux, also where
 * managed services are switched off. Switched off by
 * {@code managed-services.web.problemdetails.enabled=false}; an advice of the application
 * for the same exception comes first.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration",
		beforeName = "org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration")
@ConditionalOnWebApplication
@ConditionalOnClass(ProblemDetail.class)
@ConditionalOnBooleanProperty(name = "managed-services.web.problemdetails.enabled", matchIfMissing = true)
public final class UnavailableServiceAutoConfiguration {

	// Nothing of it is needed before the first exception.
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	UnavailableServices managedServicesUnavailableServices(ManagedServices services,
			ObjectProvider<TextSanitizer> sanitizer) {
		return new UnavailableServices(services, sanitizer.getIfAvailable(() -> TextSanitizer.HIDING),
				InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	@Order(Ordered.LOWEST_PRECEDENCE)
	UnavailableServiceAdvice managedServicesUnavailableServiceAdvice(ObjectProvider<UnavailableServices> unavailable) {
		return new UnavailableServiceAdvice(unavailable::getObject);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ Filter.class, HandlerExceptionResolver.class })
	static class ServletConfiguration {

		@Bean(defaultCandidate = false)
		@ConditionalOnMissingBean
		UnavailableServiceFilter managedServicesUnavailableServiceFilter(
				@Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> resolver) {
			return new UnavailableServiceFilter((request, response, handler, exception) -> {
				HandlerExceptionResolver available = resolver.getIfAvailable();
				return (available != null) ? available.resolveException(request, response, handler, exception) : null;
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class ReactiveConfiguration {

		/** Before that of Boot, which answers whatever is left. */
		private static final int ORDER = -2;

		@Bean(defaultCandidate = false)
		@ConditionalOnMissingBean(type = "org.springframework.boot.webflux.error.ErrorWebExceptionHandler",
				value = UnavailableServiceWebExceptionHandler.class)
		@Order(ORDER)
		UnavailableServiceWebExceptionHandler managedServicesUnavailableServiceExceptionHandler(
				ObjectProvider<UnavailableServices> unavailable, ServerCodecConfigurer codecs) {
			return new UnavailableServiceWebExceptionHandler(unavailable::getObject, codecs.getWriters());
		}

	}

}
