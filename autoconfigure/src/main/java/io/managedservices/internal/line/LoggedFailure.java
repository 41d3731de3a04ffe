// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A failure as it is logged where its own texts, or those of its causes, are not fit for
 * a log: it says the same, escaped, and has the same stacks. A message with several lines
 * is left alone where those after the first are indented or empty, as they are in many a
 * driver: they cannot be taken for lines of the log. Immutable.
 */
final class LoggedFailure extends Throwable {

	private static final long serialVersionUID = 1L;

	/** Longer chains are cut, as are those that close in on themselves. */
	private static final int MAX_DEPTH = 50;

	private static final StackTraceElement[] NO_FRAMES = {};

	private LoggedFailure(String text, @Nullable Throwable cause) {
		super(text, cause, true, true);
	}

	/**
	 * A failure that can be logged.
	 * @param failure a failure
	 * @return the same if it can, else one that says the same
	 */
	static @Nullable Throwable of(@Nullable Throwable failure) {
		if (failure == null || isFit(failure, Collections.newSetFromMap(new IdentityHashMap<>()))) {
			return failure;
		}
		return copy(failure, MAX_DEPTH);
	}

	private static boolean isFit(Throwable failure, Set<Throwable> seen) {
		if (seen.size() >= MAX_DEPTH || !seen.add(failure)) {
			return true;
		}
		// What cannot be asked is left to who logs it.
		Throwable cause = Guarded.cause(failure);
		if (!isFit(String.valueOf(Guarded.message(failure))) || (cause != null && !isFit(cause, seen))) {
			return false;
		}
		for (Throwable suppressed : failure.getSuppressed()) {
			if (!isFit(suppressed, seen)) {
				return false;
			}
		}
		return true;
	}

	private static boolean isFit(String message) {
		String[] lines = message.split("\r?\n", -1);
		for (int index = 0; index < lines.length; index++) {
			String line = lines[index];
			boolean indented = line.isEmpty() || line.charAt(0) == ' ' || line.charAt(0) == '\t';
			if ((index > 0 && !indented) || !LineText.isFit(line.replace('\t', ' '))) {
				return false;
			}
		}
		return true;
	}

	private static LoggedFailure copy(Throwable failure, int depth) {
		Throwable cause = (depth > 0) ? Guarded.cause(failure) : null;
		LoggedFailure copy = new LoggedFailure(LineText.of(Guarded.text(failure)),
				(cause != null) ? copy(cause, depth - 1) : null);
		copy.setStackTrace(Guarded.stack(failure).toArray(NO_FRAMES));
		if (depth > 0) {
			for (Throwable suppressed : failure.getSuppressed()) {
				copy.addSuppressed(copy(suppressed, 0));
			}
		}
		return copy;
	}

	/**
	 * What the failure says, with its own type.
	 */
	@Override
	@SuppressWarnings("OverrideThrowableToString")
	public String toString() {
		return String.valueOf(getMessage());
	}

}
