// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

/**
 * Exceptions for calls that a program has to be changed for: what it asks for is refused
 * however often it asks, unlike an illegal argument or state that comes from data.
 * {@link ProgramMistake} finds them. Stateless.
 *
 * @since 0.1.0
 */
public final class Misuse {

	private Misuse() {
	}

	/**
	 * An argument is not one that the program may pass.
	 * @param message who passed what, what was expected, and what to change
	 * @return the exception
	 */
	public static IllegalArgumentException argument(String message) {
		return new MisusedArgument(message);
	}

	/**
	 * A method is called where the program may not call it.
	 * @param message who called what, where it is expected, and what to change
	 * @return the exception
	 */
	public static IllegalStateException state(String message) {
		return new MisusedState(message);
	}

	static boolean is(Throwable failure) {
		return failure instanceof MisusedArgument || failure instanceof MisusedState;
	}

	private static final class MisusedArgument extends IllegalArgumentException {

		private MisusedArgument(String message) {
			super(message);
		}

		// What a user can catch and configure is the type that is shown.
		@Override
		@SuppressWarnings("OverrideThrowableToString")
		public String toString() {
			return IllegalArgumentException.class.getName() + ": " + getMessage();
		}

	}

	private static final class MisusedState extends IllegalStateException {

		private MisusedState(String message) {
			super(message);
		}

		@Override
		@SuppressWarnings("OverrideThrowableToString")
		public String toString() {
			return IllegalStateException.class.getName() + ": " + getMessage();
		}

	}

}
