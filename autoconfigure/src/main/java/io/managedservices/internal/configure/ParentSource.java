// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import org.jspecify.annotations.Nullable;

/**
 * A bean that knows the services of its context, for the contexts below it.
 */
@FunctionalInterface
public interface ParentSource {

	/**
	 * What the contexts below this one need to know of its services.
	 * @return the services, or {@code null} if there are none
	 */
	ParentServices.@Nullable Parent asParent();

}
