// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

/**
 * Where the settings of a service come from. Immutable.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SettingOrigin {

	/** Nobody has set anything. */
	SettingOrigin DEFAULTS = (key) -> Place.DEFAULTS;

	/**
	 * Where a setting comes from.
	 * @param key its key, such as {@code retry.delay}
	 * @return where
	 */
	Place of(String key);

	/**
	 * Where a setting can come from.
	 */
	enum Place {

		/** What all services have that set nothing else. */
		DEFAULTS,

		/** What is declared in the code of the service. */
		CODE,

		/** What is configured for the service. */
		CONFIGURATION,

		/** What a gate has. */
		GATE

	}

}
