// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import io.managedservices.internal.text.FailureText;

/**
 * What a service wants known of itself, or others of it. Several conditions stand side by
 * side, each with an id of its own; one that is raised again under its id replaces the
 * one before. Those that a service raises itself vanish when it stops or an attempt to
 * start it fails; what is raised after that is ignored. Those that are
 * {@linkplain ManagedServices#conditions(String) raised from outside} stay.
 * <p>
 * Of the hints and warnings of a service 100 are kept at a time, and as many of those
 * that are raised from outside: further ones are ignored until some are resolved. All
 * errors count, and up to 100 conditions are shown. If there are more, the warning
 * {@code too-many-conditions} says so until all are resolved. Safe for use by several
 * threads. <pre class="code">
 * context.conditions().warning("disk", "Disk nearly full", "4 % are left on /var: add space");
 * …
 * context.conditions().resolve("disk");
 * </pre>
 *
 * @since 0.1.0
 * @see ServiceContext#conditions()
 */
public interface Conditions {

	/**
	 * Raises a condition that is good to know.
	 * @param id which one it is
	 * @param title what it is, in a few words
	 * @param message what it means, and what can be done
	 */
	void hint(String id, String title, String message);

	/**
	 * Raises a condition about which something should be done before it gets worse.
	 * @param id which one it is
	 * @param title what it is, in a few words
	 * @param message what it means, and what can be done
	 */
	void warning(String id, String title, String message);

	/**
	 * Raises a condition that makes the service unhealthy until it is resolved.
	 * @param id which one it is
	 * @param title what it is, in a few words
	 * @param message what it means, and what can be done
	 */
	void error(String id, String title, String message);

	/**
	 * Raises a condition about which something should be done before it gets worse.
	 * @param id which one it is
	 * @param title what it is, in a few words
	 * @param cause what has gone wrong: its message is that of the condition
	 */
	default void warning(String id, String title, Throwable cause) {
		warning(id, title, FailureText.of(cause));
	}

	/**
	 * Raises a condition that makes the service unhealthy until it is resolved.
	 * @param id which one it is
	 * @param title what it is, in a few words
	 * @param cause what has gone wrong: its message is that of the condition
	 */
	default void error(String id, String title, Throwable cause) {
		error(id, title, FailureText.of(cause));
	}

	/**
	 * Resolves a condition, if it was raised.
	 * @param id which one it is
	 */
	void resolve(String id);

	/**
	 * Resolves all conditions of the service.
	 */
	void resolveAll();

}
