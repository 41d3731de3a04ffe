// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.LineText;

/**
 * Puts what user code threw or told into one line of words: of a failure itself and its
 * innermost cause, which often says what the outer one hides. Passwords and tokens that
 * can be told as such are masked, and what is not fit for a line is escaped. The methods
 * of a failure are user code, too, and may throw, errors too. Stateless.
 *
 * @since 0.1.0
 */
public final class FailureText {

	/** Longer chains are cut, as are those that close in on themselves. */
	private static final int MAX_CAUSES = 100;

	/** How much of a text is looked at, in characters: more than is shown of it. */
	private static final int MAX_READ = 20_000;

	/**
	 * What stands in the place of what is not shown, as in Boot's endpoints.
	 */
	public static final String MASK = Credentials.MASK;

	private FailureText() {
	}

	/**
	 * Makes a text of others fit to be shown.
	 * @param text a text
	 * @return the same in one line, without the passwords and tokens that can be told as
	 * such
	 */
	public static String line(String text) {
		return LineText.of(Credentials.mask((text.length() > MAX_READ) ? text.substring(0, MAX_READ) : text));
	}

	/**
	 * Describes a failure.
	 * @param failure the failure
	 * @return its type and message, followed by those of its innermost cause, unless they
	 * are part of it already
	 */
	public static String of(@Nullable Throwable failure) {
		String outer = text(failure);
		Throwable cause = innermost(failure);
		if (cause == failure) {
			return line(outer);
		}
		String inner = text(cause);
		return line(outer.contains(inner) ? outer : outer + ", caused by " + inner);
	}

	/**
	 * Describes a failure to those who may not read what it says.
	 * @param failure the failure
	 * @return its type, followed by that of its innermost cause
	 */
	public static String hidden(Throwable failure) {
		Throwable cause = innermost(failure);
		String outer = ProgramMistake.type(failure).getName() + ": " + MASK;
		return (cause == null || cause == failure) ? outer
				: outer + ", caused by " + ProgramMistake.type(cause).getName() + ": " + MASK;
	}

	private static @Nullable Throwable innermost(@Nullable Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Throwable innermost = failure;
		Throwable cause = failure;
		while (cause != null && seen.size() < MAX_CAUSES && seen.add(cause)) {
			innermost = cause;
			cause = cause(cause);
		}
		return innermost;
	}

	private static @Nullable Throwable cause(Throwable failure) {
		try {
			return failure.getCause();
		}
		catch (Throwable ex) {
			return null;
		}
	}

	private static String text(@Nullable Throwable failure) {
		try {
			return String.valueOf(failure);
		}
		catch (Throwable ex) {
			return (failure != null) ? failure.getClass().getName() : "null";
		}
	}

}
