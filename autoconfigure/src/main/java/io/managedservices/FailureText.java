package io.managedservices;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Puts what user code threw into one line of words: the failure, and the innermost cause,
 * which often says what the outer one hides. The methods of a failure are user code, too,
 * and may throw, errors too. Stateless.
 *
 * @since 0.1.0
 */
public final class FailureText {

	/** Longer chains are cut, as are those that close in on themselves. */
	private static final int MAX_CAUSES = 100;

	private FailureText() {
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
			return outer;
		}
		String inner = text(cause);
		return outer.contains(inner) ? outer : outer + ", caused by " + inner;
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
