// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import io.managedservices.state.Condition;

/**
 * The work of one incarnation of a service: what it does between its start and its stop.
 * It begins only while the service is being started or runs, and is cancelled when the
 * service is to stop: what waits never begins, what is under way is interrupted. The stop
 * of the service is called when all of it has ended, at the latest when half of the stop
 * timeout has passed, and the service has stopped when both have.
 * <p>
 * Which kind to take: a <em>worker</em> for what goes on for long; a <em>task</em> for
 * what is done once in a while, and never twice at once; a <em>micro-task</em> for what
 * is short and comes often; a <em>ticker</em> for what is done at an interval. What any
 * of them throws is a {@link ServiceFailure}.
 * <p>
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface ServiceWork {

	/**
	 * A worker, which begins when it is {@linkplain ServiceWorker#start() started} or
	 * {@linkplain ServiceWorker#run() run}.
	 * @param name its name, for people
	 * @param body what it does until it is told to stop
	 * @return the worker
	 */
	ServiceWorker worker(String name, WorkerBody body);

	/**
	 * Creates a task, which waits to be queued or scheduled.
	 * @param name its name, unique among the tasks of the incarnation that are not done
	 * @param body what it does in each run
	 * @return the task
	 * @throws IllegalArgumentException if there is a task of that name
	 */
	ServiceTask task(String name, WorkBody body);

	/**
	 * As {@link #task(String, WorkBody)} with a body that is given the task, so that it
	 * can set its own next time.
	 * @param name its name, unique among the tasks of the incarnation that are not done
	 * @param body what it does in each run
	 * @return the task
	 * @throws IllegalArgumentException if there is a task of that name
	 */
	ServiceTask task(String name, TaskBody body);

	/**
	 * The task of a name: one that was made here and is not done, or a method with
	 * {@link Task @Task}, also while the service is being started. So a task on demand is
	 * queued: {@code context.work().task("recount").queue()}.
	 * @param name its name
	 * @return the task
	 * @throws IllegalArgumentException if there is none
	 */
	ServiceTask task(String name);

	/**
	 * Does something once, as a task that is queued behind all others and forgotten when
	 * it is done. There may be any number of one name at the same time, and they run
	 * beside each other.
	 * @param name its name, for people
	 * @param body what it does
	 */
	void submit(String name, WorkBody body);

	/**
	 * Does something at an interval while the service runs, first when the interval has
	 * passed since it came to run, or as {@link Ticker#initialDelay} says. Ticks never
	 * overlap; the interval counts from the end of one to the next, so that a slow one is
	 * not made up for.
	 * @param name its name, for people
	 * @param interval the interval, 1 ms or more
	 * @param body what it does in each tick
	 * @return the ticker
	 */
	Ticker every(String name, Duration interval, WorkBody body);

	/**
	 * As {@link #every(String, Duration, WorkBody)} with a name that tells the interval.
	 * @param interval the interval, 1 ms or more
	 * @param body what it does in each tick
	 * @return the ticker
	 */
	default Ticker every(Duration interval, WorkBody body) {
		return every("every " + interval, interval, body);
	}

	/**
	 * Waits for a slot and runs a micro-task on the calling thread.
	 * <p>
	 * Inside a micro-task it needs a slot of its own, while the outer one keeps its slot:
	 * when none is free the inner one begins only after its max delay. What is part of a
	 * micro-task is better called as a plain method.
	 * @param <T> the type of its result
	 * @param microTask its name, priority and longest wait
	 * @param body what it does
	 * @return what that returns
	 * @throws java.util.concurrent.CancellationException if the service is to stop before
	 * it has begun
	 * @throws InterruptedException if the thread is interrupted while it waits
	 * @throws Exception what the body throws
	 */
	<T> T run(MicroTask microTask, Callable<T> body) throws Exception;

	/**
	 * Runs a micro-task on another thread when there is a slot. The thread keeps its own
	 * name, {@code managed-services-micro-task-1} say: to rename it would cost more than
	 * many a micro-task.
	 * <p>
	 * What is chained to the future runs where that is completed, after the micro-task
	 * has left: on its thread, which runs other micro-tasks only afterwards, without the
	 * context of whoever asked. The stop of the service neither waits for it nor
	 * interrupts it. What takes long or is to end with the service belongs into the
	 * micro-task, or into work of its own.
	 * @param <T> the type of its result
	 * @param microTask its name, priority and longest wait
	 * @param body what it does
	 * @return completed with what it returns or throws; cancelled if the service is to
	 * stop before it has begun. To cancel it takes it out of the queue, or interrupts it
	 */
	<T> CompletableFuture<T> start(MicroTask microTask, Callable<T> body);

	/**
	 * Tells a failure in work of another kind, that the service does by itself.
	 * @param kind the kind that it is most like
	 * @param name what failed, for people
	 * @param cause why
	 * @param severity an error; a warning if the service tries it again, which the log
	 * then says; or a hint, a line of the log without a warning, if it does not matter
	 */
	void failed(WorkKind kind, String name, Throwable cause, Condition.Severity severity);

	/**
	 * Waits for a slot for something that runs elsewhere, and takes it until the signal
	 * is closed. The stop of the service waits for that, also if the thread that was
	 * given the slot is the one that ends the application.
	 * @param microTask its name, priority and longest wait
	 * @return the slot
	 * @throws java.util.concurrent.CancellationException if the service is to stop before
	 * there is a slot
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	MicroTaskSlot signal(MicroTask microTask) throws InterruptedException;

	/**
	 * Does something short on the calling thread if the service runs, and holds off its
	 * stop meanwhile, for half of the stop timeout at most. Nothing interrupts it. For
	 * calls that come from outside, such as those of a controller.
	 * @param name its name, for people
	 * @param body what it does
	 * @return whether the service runs: if not, nothing was done
	 * @throws Exception what the body throws, which is nobody's failure but the caller's
	 */
	boolean ifRunning(String name, WorkBody body) throws Exception;

	/**
	 * Whether the service {@linkplain io.managedservices.monitor.ServiceOperator#sleep
	 * sleeps}.
	 * @return whether it does, in constant time
	 */
	boolean isAsleep();

	/**
	 * Waits while the service sleeps, at most until it is to stop. That leaves no
	 * interrupt behind. In a worker that of {@link WorkerContext} is better.
	 * @return whether the service goes on
	 * @throws InterruptedException if interrupted otherwise
	 */
	boolean pauseWhileAsleep() throws InterruptedException;

}
