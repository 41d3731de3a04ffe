// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import io.managedservices.internal.call.Command;

/**
 * What is done when something fails inside the coordinator, as a broken clock or a bug
 * makes it. Called inside the coordinator.
 */
public interface Emergency {

	/**
	 * Something has failed.
	 * @param failure what was thrown
	 */
	void occurred(Throwable failure);

	/**
	 * Whether the coordinator handles no more commands by itself.
	 * @return whether {@link #handle} does
	 */
	boolean isFinal();

	/**
	 * Does with a command what can still be done.
	 * @param command the command
	 */
	void handle(Command command);

}
