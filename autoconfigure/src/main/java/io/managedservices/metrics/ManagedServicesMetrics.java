// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.managedservices.ManagedServices;

/**
 * Binds the meters of the services to registries. Safe for use by several threads.
 * <table>
 * <caption>Meters</caption>
 * <tr>
 * <th>name</th>
 * <th>type, unit</th>
 * <th>tags</th>
 * <th>what</th>
 * </tr>
 * <tr>
 * <td>{@code managed.services.started.time}</td>
 * <td>timer</td>
 * <td>service, outcome ({@code success}, {@code failure})</td>
 * <td>from the first attempt until the service runs or is given up</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.stopped.time}</td>
 * <td>timer</td>
 * <td>service, outcome ({@code success}, {@code failure})</td>
 * <td>from the beginning of the stop of a service that ran until it is at rest</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.attempts}</td>
 * <td>counter</td>
 * <td>service</td>
 * <td>attempts to start</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.failures}</td>
 * <td>counter</td>
 * <td>service</td>
 * <td>attempts to prepare, start or stop that failed</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.errors}</td>
 * <td>counter</td>
 * <td>service, what ({@code prepare}, {@code start}, {@code stop}, {@code quiesce},
 * {@code check}, {@code notice}, {@code run}, {@code error})</td>
 * <td>failures of the service itself</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.hanging}</td>
 * <td>counter</td>
 * <td>service</td>
 * <td>methods and pieces of work that went on although their timeout had passed</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.state}</td>
 * <td>gauge, services</td>
 * <td>state (lower case)</td>
 * <td>how many services are in the state</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.ready}</td>
 * <td>gauge, 0 or 1</td>
 * <td>service</td>
 * <td>whether the service runs and its readiness check passes</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.healthy}</td>
 * <td>gauge, 0 or 1</td>
 * <td>service</td>
 * <td>whether the service has not failed, its health check passes and it reports nothing
 * else</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.failures}</td>
 * <td>counter</td>
 * <td>service, kind ({@code worker}, {@code task}, {@code micro-task}, {@code ticker},
 * {@code hook}, {@code item})</td>
 * <td>failures in its work</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.microtasks.finished}, {@code .failed}</td>
 * <td>counter</td>
 * <td>service</td>
 * <td>micro-tasks that have ended, and those of them that failed</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.events.emitted}, {@code .delivered},
 * {@code .dropped}</td>
 * <td>counter</td>
 * <td>service</td>
 * <td>events that it has emitted, and that its hooks have taken, or could not take</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.events.exposed.dropped}</td>
 * <td>counter</td>
 * <td>service</td>
 * <td>exposed events that it has emitted and listeners were not told</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.task.slots}, {@code .tasks.running},
 * {@code .tasks.queued}</td>
 * <td>gauge</td>
 * <td></td>
 * <td>tasks of all services</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.microtasks.limit}, {@code .running}</td>
 * <td>gauge</td>
 * <td></td>
 * <td>micro-tasks of all services</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.microtasks.waiting}</td>
 * <td>gauge</td>
 * <td>priority ({@code medium}, {@code low})</td>
 * <td>micro-tasks that wait for a slot</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.microtasks.waits}</td>
 * <td>timer</td>
 * <td>priority ({@code medium}, {@code low})</td>
 * <td>how long micro-tasks have waited for a slot</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.work.microtasks.waits.longest}</td>
 * <td>gauge, seconds</td>
 * <td>priority ({@code medium}, {@code low})</td>
 * <td>how long one of them has waited at most, since the start</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.lease.held}</td>
 * <td>gauge, 0 or 1</td>
 * <td>lease</td>
 * <td>whether this instance holds the lease</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.lease.wanted}</td>
 * <td>gauge, 0 or 1</td>
 * <td>lease</td>
 * <td>whether a service of this instance that runs by the lease runs or is to run</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.lease.acquired}, {@code .lost}, {@code .renewals},
 * {@code .failures}</td>
 * <td>counter</td>
 * <td>lease</td>
 * <td>how often this instance got the lease, lost it, renewed it, and could not ask the
 * store about it</td>
 * </tr>
 * <tr>
 * <td>{@code managed.services.lease.renewal.last}</td>
 * <td>gauge, seconds</td>
 * <td>lease</td>
 * <td>how long its last renewal took</td>
 * </tr>
 * </table>
 * There are at most 43 series for a service, 7 for a lease, and 23 for all together,
 * whatever happens. {@link ServiceOperationMetrics} counts what operators do,
 * {@link ItemMetrics} measures item services.
 *
 * @since 0.1.0
 */
public final class ManagedServicesMetrics implements MeterBinder, AutoCloseable {

	private final Supplier<ManagedServices> services;

	private final Consumer<Runnable> whenAny;

	private final boolean states;

	private final List<MeteringListener> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Create a binder that does not measure the state of each service.
	 * @param services the services, not asked for before there are any
	 * @param whenAny runs an action once there are services
	 */
	public ManagedServicesMetrics(Supplier<ManagedServices> services, Consumer<Runnable> whenAny) {
		this(services, whenAny, false);
	}

	/**
	 * Create a binder.
	 * @param services the services, not asked for before there are any
	 * @param whenAny runs an action once there are services
	 * @param states whether the state of each service is measured
	 */
	public ManagedServicesMetrics(Supplier<ManagedServices> services, Consumer<Runnable> whenAny, boolean states) {
		this.states = states;
		this.services = services;
		this.whenAny = whenAny;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.whenAny.accept(() -> bind(registry, this.services.get()));
	}

	private void bind(MeterRegistry registry, ManagedServices known) {
		MeteringListener listener = new MeteringListener(registry, known, this.states);
		this.listeners.add(listener);
		known.addListener(listener);
		listener.begin(known.snapshots());
	}

	/**
	 * Stops measuring.
	 */
	@Override
	public void close() {
		for (MeteringListener listener : this.listeners) {
			this.services.get().removeListener(listener);
		}
		this.listeners.clear();
	}

}
