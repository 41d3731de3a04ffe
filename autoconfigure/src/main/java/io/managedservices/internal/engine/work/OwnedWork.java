// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.work;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.engine.kernel.WorkInside.Remaining;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;

/**
 * The work of one service, through all its incarnations, as the engine sees it. Called
 * inside the coordinator, but for {@link #counts}, {@link #task} and {@link #snapshot}.
 *
 * @since 0.1.0
 */
public interface OwnedWork {

	/**
	 * The work of an incarnation that is being started or runs.
	 * @param incarnation the incarnation
	 * @return its work
	 */
	ServiceWork work(ServiceContext incarnation);

	/**
	 * The events of an incarnation that is being started or runs.
	 * @param incarnation the incarnation
	 * @return its events
	 */
	ServiceEvents events(ServiceContext incarnation);

	/**
	 * The service has come to run.
	 * @param incarnation the incarnation that runs
	 */
	void running(ServiceContext incarnation);

	/**
	 * The incarnation is to end: what waits never begins, what is under way is
	 * interrupted, unless it is to come to its end.
	 */
	void end();

	/**
	 * What is still under way is interrupted, whatever it is: half of the time to stop
	 * has passed.
	 */
	void interrupt();

	/**
	 * Whether nothing of it is inside user code, nor can come to be without a further
	 * incarnation. Once it was told to end it tells {@link WorkOwner#workEnded()} when
	 * that comes true.
	 * @return whether nothing is
	 */
	boolean isOver();

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
	 * What is inside user code.
	 * @return what, and where
	 */
	List<Remaining> remaining();

	/**
	 * The service is put to sleep, or woken.
	 * @param asleep which of them
	 */
	void sleep(boolean asleep);

	/**
	 * The service is forgotten: nothing of it is to be found any more, and what waits for
	 * it is dropped.
	 */
	void forget();

	/**
	 * A task of the present incarnation. Not called inside the coordinator, which is
	 * asked.
	 * @param name its name
	 * @return the task, or {@code null} if the service does not run, or has no tasks
	 * @throws IllegalArgumentException if there is none
	 */
	@Nullable ServiceTask task(String name);

	/**
	 * What it looks like now. Not called inside the coordinator, which is asked more than
	 * once, so that it is not held up by work of which there is much.
	 * @return a snapshot
	 */
	WorkSnapshot snapshot();

	/**
	 * What was counted of it until now. Any thread may ask.
	 * @return the counts
	 */
	WorkCounts counts();

}
