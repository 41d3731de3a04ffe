package io.managedservices.engine;

import org.jspecify.annotations.Nullable;

/**
 * Puts what user code threw into words. Its methods are user code, too, and may throw.
 * Stateless.
 */
final class FailureText {

	private FailureText() {
	}

	static String of(@Nullable Throwable failure) {
		try {
			return String.valueOf(failure);
		}
		catch (RuntimeException ex) {
			return (failure != null) ? failure.getClass().getName() : "null";
		}
	}

}
