// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a service was declared, as the endpoint shows it. Immutable.
 *
 * @param source where, for people
 * @param provides the type of the value that it is declared to provide; left out if there
 * is none
 * @param settings its effective settings, by their keys
 * @since 0.1.0
 */
public record DeclaredService(@Nullable String source, @Nullable String provides, List<Setting> settings) {

	/**
	 * A setting.
	 *
	 * @param key its key below {@code managed-services.services.*}
	 * @param value its value, durations as text of ISO 8601; left out if there is no
	 * limit
	 * @param millis its value in milliseconds if it is a duration; left out if not
	 * @param origin {@code default}, {@code code} (the annotation or the registration),
	 * {@code configuration} or {@code gate}
	 * @param place what sets it, for people; left out for a default of ours
	 */
	public record Setting(String key, @Nullable Object value, @Nullable Long millis, String origin,
			@Nullable String place) {

		/** As a number of retries or restarts: no limit. */
		private static final int UNLIMITED = -1;

		/**
		 * A setting as it is shown.
		 * @param key its key
		 * @param value its value
		 * @param origin what it comes from
		 * @param place what sets it, or {@code null}
		 * @return the setting
		 */
		public static Setting of(String key, Object value, String origin, @Nullable String place) {
			if (value instanceof Duration duration) {
				return new Setting(key, duration.toString(), duration.toMillis(), origin, place);
			}
			if (value instanceof Integer number) {
				return new Setting(key, (number != UNLIMITED) ? number : null, null, origin, place);
			}
			if (value instanceof List<?> types) {
				return new Setting(key, types.stream().map(Setting::name).toList(), null, origin, place);
			}
			return new Setting(key, (value instanceof Number) ? value : value.toString(), null, origin, place);
		}

		private static String name(Object type) {
			return (type instanceof Class<?> known) ? known.getName() : type.toString();
		}

	}

}
