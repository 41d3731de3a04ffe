// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The work of one service, through all its incarnations: what stopping the service has to
 * know of it. Called inside the coordinator.
 */
public interface WorkInside {

	/**
	 * The incarnation is to end: what waits never begins, what is under way is
	 * interrupted, unless it is to come to its end.
	 */
	void end();

	/**
	 * What was allowed to come to its end has had time for that: it is interrupted.
	 */
	void interrupt();

	/**
	 * Whether nothing of it is inside user code, nor can come to be without a further
	 * incarnation.
	 * @return whether nothing is
	 */
	boolean isOver();

	/**
	 * Whether work that was told to end is still inside user code.
	 * @return whether there is any
	 */
	boolean isLeft();

	/**
	 * What is inside user code.
	 * @return what, and where
	 */
	List<Remaining> remaining();

	/**
	 * What of it goes on, or will, without anybody asking for more.
	 * @return one piece of it, such as {@code worker 'listener'}, or {@code null} if
	 * there is none
	 */
	@Nullable String activity();

	/**
	 * Takes what is inside {@link System#exit} as having left: it never comes back.
	 */
	void releaseExiting();

	/**
	 * A piece of work that is inside user code.
	 *
	 * @param what what it is, such as {@code worker 'listener'}
	 * @param stack where it is, empty if that is not known
	 */
	record Remaining(String what, List<StackTraceElement> stack) {

	}

}
