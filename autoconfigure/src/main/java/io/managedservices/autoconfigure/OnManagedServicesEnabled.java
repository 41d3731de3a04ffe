// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;

/**
 * Matches unless {@code managed-services.enabled} is {@code false}, in whichever way a
 * property can say so ({@code no}, {@code off}, {@code 0}). What is no boolean is
 * refused: it must not leave the services out without a word. Stateless.
 */
final class OnManagedServicesEnabled extends SpringBootCondition {

	private static final String PROPERTY = "managed-services.enabled";

	private static final String PRINT = "managed-services.print";

	private static final String MODE = "managed-services.startup.mode";

	/** Those that conditions read, before all settings are checked. */
	private static final List<String> OTHERS = List.of("managed-services.web.problemdetails.enabled",
			"management.health.managedservices.enabled", "management.endpoint.managedservices.enabled",
			"management.endpoint.managedservices.access");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		String text = context.getEnvironment().getProperty(PROPERTY);
		Boolean enabled = (text != null) ? parse(text) : Boolean.TRUE;
		if (context.getEnvironment() instanceof ConfigurableEnvironment environment) {
			if (enabled == null || (enabled && isAnyOtherSet(environment))) {
				KnownSettings.check(environment);
			}
		}
		if (Boolean.FALSE.equals(enabled)) {
			refuseCheck(context.getEnvironment());
		}
		return new ConditionOutcome(Boolean.TRUE.equals(enabled),
				ConditionMessage.forCondition(PROPERTY).because("it is " + text));
	}

	// Whoever asks for a check must not get an application that starts.
	private static void refuseCheck(Environment environment) {
		String print = environment.getProperty(PRINT);
		String mode = environment.getProperty(MODE);
		boolean prints = StringUtils.hasText(print);
		if (prints || "prepare".equalsIgnoreCase(mode)) {
			throw new InvalidServiceGraphException(
					List.of(new GraphProblem("%s is '%s', and managed services are switched off: %s is false."
						.formatted(prints ? PRINT : MODE, prints ? print : mode, PROPERTY), "Remove one of them.")));
		}
	}

	private static boolean isAnyOtherSet(Environment environment) {
		for (String other : OTHERS) {
			if (environment.containsProperty(other)) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable Boolean parse(String text) {
		try {
			return ApplicationConversionService.getSharedInstance().convert(text, Boolean.class);
		}
		catch (ConversionException ex) {
			return null;
		}
	}

}
