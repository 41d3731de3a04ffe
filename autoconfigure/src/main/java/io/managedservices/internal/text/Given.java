// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Checks what a {@code ServiceRegistration} is given, where an annotation could not have
 * it. Stateless.
 *
 * @since 0.1.0
 */
public final class Given {

	private Given() {
	}

	/**
	 * Refuses what is missing.
	 * @param <T> the type of the value
	 * @param value the value
	 * @param attribute the attribute that it is for
	 * @return the value
	 */
	public static <T> T value(@Nullable T value, String attribute) {
		if (value == null) {
			throw new IllegalArgumentException(
					"The attribute '%s' of a ServiceRegistration is null: expected a value. Leave the call out for the default."
						.formatted(attribute));
		}
		return value;
	}

	/**
	 * Writes a duration as an annotation has it.
	 * @param value the duration
	 * @param attribute the attribute that it is for
	 * @return its text
	 */
	public static String duration(@Nullable Duration value, String attribute) {
		return value(value, attribute).toString();
	}

	/**
	 * Refuses what is not a number.
	 * @param value the value
	 * @param attribute the attribute that it is for
	 * @return the value
	 */
	public static double number(double value, String attribute) {
		if (Double.isNaN(value)) {
			throw new IllegalArgumentException(
					"The attribute '%s' of a ServiceRegistration is not a number: expected 1 or more. Leave the call out for the default."
						.formatted(attribute));
		}
		return value;
	}

}
