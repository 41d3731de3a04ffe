// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import org.jspecify.annotations.Nullable;

import io.managedservices.work.WorkKind;

/**
 * Refuses what is missing at once, where it is asked for: else it would be found out when
 * it is to run, and nobody could tell who forgot it. Stateless.
 *
 * @since 0.1.0
 */
public final class Required {

	private Required() {
	}

	/**
	 * Looks whether something is there.
	 * @param <T> its type
	 * @param value what has to be there
	 * @param what what that is, for people
	 * @param scope the work that it is for
	 * @param kind the kind of work
	 * @param name the name of that piece of work, or {@code null} if it has none
	 * @return the value
	 * @throws IllegalArgumentException if it is not there
	 */
	public static <T> T of(@Nullable T value, String what, WorkScope scope, WorkKind kind, @Nullable String name) {
		if (value == null) {
			throw new IllegalArgumentException("The %s of %s of service '%s' is required: found 'null'".formatted(what,
					whose(kind, name), scope.serviceName()));
		}
		return value;
	}

	/**
	 * Looks whether a text is there and can be read.
	 * @param value the text
	 * @param what what that is, for people
	 * @param scope the work that it is for
	 * @param kind the kind of work
	 * @param name the name of that piece of work, or {@code null} if it has none
	 * @return the text
	 * @throws IllegalArgumentException if it is not there, or blank
	 */
	public static String text(@Nullable String value, String what, WorkScope scope, WorkKind kind,
			@Nullable String name) {
		String text = of(value, what, scope, kind, name);
		if (text.isBlank()) {
			throw new IllegalArgumentException(
					"The %s of %s of service '%s' is blank: expected at least one visible character, found '%s'"
						.formatted(what, whose(kind, name), scope.serviceName(), text));
		}
		return text;
	}

	private static String whose(WorkKind kind, @Nullable String name) {
		if (name != null) {
			return kind + " '" + name + "'";
		}
		String text = kind.toString();
		return ("aeiou".indexOf(text.charAt(0)) >= 0) ? "an " + text : "a " + text;
	}

}
