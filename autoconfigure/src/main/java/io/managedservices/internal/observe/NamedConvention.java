// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.observe;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import org.jspecify.annotations.Nullable;

import io.managedservices.observation.ServiceObservationContext;
import io.managedservices.observation.ServiceObservationConvention;

/**
 * A convention with the name of one kind of observation. Immutable.
 *
 * @param name the name
 * @param convention the convention
 */
record NamedConvention(String name,
		ServiceObservationConvention convention) implements ObservationConvention<ServiceObservationContext> {

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public @Nullable String getContextualName(ServiceObservationContext context) {
		return this.convention.getContextualName(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(ServiceObservationContext context) {
		return this.convention.getLowCardinalityKeyValues(context);
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ServiceObservationContext context) {
		return this.convention.getHighCardinalityKeyValues(context);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.convention.supportsContext(context);
	}

}
