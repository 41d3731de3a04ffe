// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

/**
 * The keys of settings that stand under the name of a service, as they have to be written
 * in properties. Stateless.
 *
 * @since 0.1.0
 */
public final class SettingKey {

	private SettingKey() {
	}

	/**
	 * The key of a setting of a service.
	 * @param service the name of the service
	 * @param setting the name of the setting, such as {@code retry.delay}
	 * @return {@code managed-services.services.pollBook.retry.delay}
	 */
	public static String ofService(String service, String setting) {
		return of("services", service) + "." + setting;
	}

	/**
	 * The key of all settings of a service in a group.
	 * @param group "services", "gates" or "items"
	 * @param service the name of the service
	 * @return {@code managed-services.services.pollBook}, or
	 * {@code managed-services.services[poll.book]} for a name that needs brackets
	 */
	public static String of(String group, String service) {
		String prefix = "managed-services." + group;
		return needsBrackets(service) ? prefix + "[" + service + "]" : prefix + "." + service;
	}

	// Without them Spring drops all that is no letter of ASCII, digit, dash or
	// underscore, and takes a dot for the end of the name.
	private static boolean needsBrackets(String name) {
		return !name.matches("\\w[\\w-]*");
	}

}
