// SPDX-License-Identifier: Apache-2.0
package io.managedservices.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

import io.managedservices.internal.text.ProgramMistake;
import io.managedservices.observation.ServiceObservationDocumentation.HighCardinality;
import io.managedservices.observation.ServiceObservationDocumentation.LowCardinality;

/**
 * The names and key values where no other {@link ServiceObservationConvention} is given.
 * Stateless.
 *
 * @since 0.1.0
 */
public class DefaultServiceObservationConvention implements ServiceObservationConvention {

	private static final KeyValue NO_ERROR = LowCardinality.ERROR.withValue("none");

	private static final KeyValue SUCCESS = LowCardinality.OUTCOME.withValue("success");

	private static final KeyValue FAILURE = LowCardinality.OUTCOME.withValue("failure");

	private static final KeyValue CANCELLED = LowCardinality.OUTCOME.withValue("cancelled");

	private static final KeyValue OTHER = LowCardinality.NAME.withValue("other");

	private static final KeyValue UNKNOWN = LowCardinality.OUTCOME.withValue("unknown");

	@Override
	public String getContextualName(ServiceObservationContext context) {
		String name = context.getWorkName();
		String subject = context.getKind().getContextualName() + " " + context.getService();
		return (name != null) ? subject + "/" + name : subject;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(ServiceObservationContext context) {
		KeyValues values = KeyValues.of(LowCardinality.SERVICE.withValue(context.getService()), outcome(context),
				error(context));
		String name = context.getWorkName();
		if (name == null) {
			return values;
		}
		return values.and(context.isNameFixed() ? LowCardinality.NAME.withValue(name) : OTHER);
	}

	private static KeyValue outcome(ServiceObservationContext context) {
		if (context.getError() != null) {
			return FAILURE;
		}
		if (context.isCancelled()) {
			return CANCELLED;
		}
		return context.isComplete() ? SUCCESS : UNKNOWN;
	}

	// The value that Micrometer itself gives to the meters.
	private static KeyValue error(ServiceObservationContext context) {
		Throwable error = context.getError();
		return (error != null) ? LowCardinality.ERROR.withValue(ProgramMistake.type(error).getSimpleName()) : NO_ERROR;
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ServiceObservationContext context) {
		Object item = context.getItem();
		if (item != null) {
			return KeyValues.of(HighCardinality.ITEM.withValue(String.valueOf(item)));
		}
		String name = context.getWorkName();
		return (name != null && !context.isNameFixed()) ? KeyValues.of(HighCardinality.WORK.withValue(name))
				: KeyValues.empty();
	}

}
