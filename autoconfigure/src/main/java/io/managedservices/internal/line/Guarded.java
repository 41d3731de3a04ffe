// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Calls methods of objects that come from user code, above all of what it throws: they
 * may be overridden, and so throw anything themselves, which must break nothing where
 * they are only asked for words. Stateless.
 *
 * @since 0.1.0
 */
public final class Guarded {

	private Guarded() {
	}

	/**
	 * Describes an object.
	 * @param object the object
	 * @return what it says of itself, or its type if that cannot be had
	 */
	public static String text(@Nullable Object object) {
		try {
			return String.valueOf(object);
		}
		catch (Throwable ex) {
			return typeOf(object);
		}
	}

	/**
	 * The message of a failure.
	 * @param failure the failure
	 * @return its message, or {@code null} if it has none or that cannot be had
	 */
	public static @Nullable String message(Throwable failure) {
		try {
			return failure.getMessage();
		}
		catch (Throwable ex) {
			return null;
		}
	}

	/**
	 * The cause of a failure.
	 * @param failure the failure
	 * @return its cause, or {@code null} if it has none or that cannot be had
	 */
	public static @Nullable Throwable cause(Throwable failure) {
		try {
			return failure.getCause();
		}
		catch (Throwable ex) {
			return null;
		}
	}

	/**
	 * The stack of a failure.
	 * @param failure the failure
	 * @return where it was made, empty if that cannot be had
	 */
	public static List<StackTraceElement> stack(Throwable failure) {
		try {
			return Arrays.stream(failure.getStackTrace()).filter(Objects::nonNull).toList();
		}
		catch (Throwable ex) {
			return List.of();
		}
	}

	static String typeOf(@Nullable Object object) {
		return (object != null) ? object.getClass().getName() : "null";
	}

}
