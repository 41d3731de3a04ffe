package io.managedservices.engine;

/**
 * Something for the coordinator to do: a wish from outside, or a callback that has come
 * back.
 */
@FunctionalInterface
interface Command {

	/**
	 * Does it. Called inside the coordinator.
	 * @param coordinator the coordinator
	 */
	void applyTo(Coordinator coordinator);

}
