// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import org.jspecify.annotations.Nullable;

/**
 * What a service has of one kind of work, through all its incarnations, as the core sees
 * it. Called inside the coordinator.
 *
 * @since 0.1.0
 */
public interface KindOfWork {

	/**
	 * The service has come to run.
	 */
	void running();

	/**
	 * The present incarnation is to end, and has been marked so: what waits never begins.
	 * What is inside user code is asked afterwards.
	 * @param scope the work of the incarnation
	 */
	void ending(WorkScope scope);

	/**
	 * The service was put to sleep, or woken.
	 */
	void sleepChanged();

	/**
	 * What of it goes on, or will, without anybody asking for more.
	 * @return one piece of it, such as {@code worker 'listener'}, or {@code null} if
	 * there is none
	 */
	@Nullable String activity();

}
