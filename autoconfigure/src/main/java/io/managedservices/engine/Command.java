package io.managedservices.engine;

import java.util.function.Consumer;

/**
 * Something for the coordinator to do: a wish from outside, or a callback that has come
 * back.
 */
abstract class Command extends Inbox.Item {

	/**
	 * A command that does what a function does.
	 * @param action the function
	 * @return the command
	 */
	static Command of(Consumer<Coordinator> action) {
		return new Command() {

			@Override
			void applyTo(Coordinator coordinator) {
				action.accept(coordinator);
			}

		};
	}

	/**
	 * Does it. Called inside the coordinator.
	 * @param coordinator the coordinator
	 */
	abstract void applyTo(Coordinator coordinator);

}
