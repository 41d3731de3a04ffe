// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * What lines say to machines: names and values that structured logging writes beside the
 * text. Those of a thread hold for all lines of ours that it writes meanwhile. Stateless.
 *
 * @since 0.1.0
 */
public final class LineFields {

	private static final boolean SLF4J = isThere("org.slf4j.spi.LoggingEventBuilder");

	private static final ThreadLocal<@Nullable Supplier<Map<String, Object>>> CURRENT = new ThreadLocal<>();

	private LineFields() {
	}

	private static boolean isThere(String name) {
		try {
			Class<?> unused = Class.forName(name, false, LineFields.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

	/**
	 * Does something whose lines have fields.
	 * @param fields their fields, asked for when a line is written; {@code null} for none
	 * @param action what is done
	 */
	public static void with(@Nullable Supplier<Map<String, Object>> fields, Runnable action) {
		Supplier<Map<String, Object>> outer = CURRENT.get();
		CURRENT.set(fields);
		try {
			action.run();
		}
		finally {
			CURRENT.set(outer);
		}
	}

	/**
	 * Those of the calling thread.
	 * @return they, or {@code null} if there are none, or nothing could write them
	 */
	static @Nullable Supplier<Map<String, Object>> current() {
		return SLF4J ? CURRENT.get() : null;
	}

}
