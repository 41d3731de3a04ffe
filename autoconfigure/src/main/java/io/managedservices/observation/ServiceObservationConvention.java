// SPDX-License-Identifier: Apache-2.0
package io.managedservices.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and key values of the observations of services. A bean of this type replaces the
 * {@link DefaultServiceObservationConvention default}. Implementations are called by many
 * threads at once.
 *
 * @since 0.1.0
 */
public interface ServiceObservationConvention extends ObservationConvention<ServiceObservationContext> {

	/**
	 * Return the name of an observation.
	 * @param kind what is observed
	 * @return the name, which those of the meters begin with
	 */
	default String getName(ServiceObservationDocumentation kind) {
		return kind.getName();
	}

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof ServiceObservationContext;
	}

}
