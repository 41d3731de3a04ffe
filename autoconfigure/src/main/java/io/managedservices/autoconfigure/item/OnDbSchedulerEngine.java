// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

import io.managedservices.autoconfigure.ManagedServicesItemsProperties.Engine;

/**
 * Matches if items are to be shared by db-scheduler, in whichever way a property can say
 * so ({@code db-scheduler}, {@code DB_SCHEDULER}). Stateless.
 */
final class OnDbSchedulerEngine extends SpringBootCondition {

	private static final String PROPERTY = "managed-services.items.engine";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Engine engine = engine(context.getEnvironment());
		return new ConditionOutcome(engine == Engine.DB_SCHEDULER,
				ConditionMessage.forCondition(PROPERTY).because("it is " + engine));
	}

	// What is no engine is refused with all that cannot be read.
	private static @Nullable Engine engine(Environment environment) {
		try {
			return Binder.get(environment).bind(PROPERTY, Engine.class).orElse(null);
		}
		catch (BindException ex) {
			return null;
		}
	}

}
