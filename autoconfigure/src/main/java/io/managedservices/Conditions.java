// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

/**
 * What a service wants known of itself. Several conditions stand side by side, each with
 * an id of its own; one that is raised again under its id replaces the one before. All of
 * them vanish when the service stops or an attempt to start it fails; what is raised
 * after that is ignored. Safe for use by several threads. <pre class="code">
 * context.conditions().warning("disk", "Disk nearly full", "4 % are left on /var: add space");
 * …
 * context.conditions().resolve("disk");
 * </pre>
 *
 * @since 0.1.0
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
	 * Resolves a condition, if it was raised.
	 * @param id which one it is
	 */
	void resolve(String id);

	/**
	 * Resolves all conditions of the service.
	 */
	void resolveAll();

}
