// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Logs failures that come from user code. What writes the log asks them for their
 * message, stack and causes, any of which may throw: then one line tells that, and
 * whoever logs goes on. Stateless.
 *
 * @since 0.1.0
 */
public final class GuardedLog {

	private GuardedLog() {
	}

	/**
	 * Logs an error.
	 * @param log where
	 * @param text what has happened
	 * @param failure what was thrown
	 */
	public static void error(Log log, String text, @Nullable Throwable failure) {
		write(log::error, log::error, text, failure);
	}

	/**
	 * Logs a warning.
	 * @param log where
	 * @param text what has happened
	 * @param failure what was thrown
	 */
	public static void warn(Log log, String text, @Nullable Throwable failure) {
		write(log::warn, log::warn, text, failure);
	}

	private static void write(BiConsumer<Object, @Nullable Throwable> whole, Consumer<Object> line, String text,
			@Nullable Throwable failure) {
		try {
			whole.accept(text, failure);
		}
		catch (Throwable ex) {
			writeLine(line, "%s: %s, which cannot be logged itself: %s".formatted(text, Guarded.typeOf(failure),
					Guarded.text(ex)));
		}
	}

	private static void writeLine(Consumer<Object> line, String text) {
		try {
			line.accept(text);
		}
		catch (Throwable ex) {
			// Then the log itself does not work, and there is nobody left to tell.
		}
	}

}
