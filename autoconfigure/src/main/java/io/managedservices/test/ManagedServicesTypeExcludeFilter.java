// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.util.Set;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

import io.managedservices.ManagedService;

/**
 * Leaves out what {@link ManagedServicesTest} does not test.
 */
final class ManagedServicesTypeExcludeFilter
		extends StandardAnnotationCustomizableTypeExcludeFilter<ManagedServicesTest> {

	ManagedServicesTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		return Set.of(ManagedService.class);
	}

}
