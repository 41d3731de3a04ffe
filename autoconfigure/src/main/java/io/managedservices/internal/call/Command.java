// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

/**
 * Something for the coordinator to do: a wish from outside, or a call that has come back.
 * Handed over once, by any thread.
 *
 * @since 0.1.0
 */
public abstract class Command extends Inbox.Item {

	/**
	 * A command that does what an action does.
	 * @param action the action
	 * @return the command
	 */
	public static Command of(Runnable action) {
		return new Command() {

			@Override
			public void apply() {
				action.run();
			}

		};
	}

	/**
	 * Does it. Called inside the coordinator.
	 */
	public abstract void apply();

	/**
	 * It could not be done: completes those who wait for it. Called inside the
	 * coordinator.
	 * @param failure why
	 */
	public void failed(Throwable failure) {
		// Most commands are waited for by nobody.
	}

}
