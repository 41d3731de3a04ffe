// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.lease.Hold;
import io.managedservices.internal.lease.Hold.Moment;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.LeaseStore.Holder;
import io.managedservices.internal.lease.LeaseStore.StoredLease;
import io.managedservices.internal.lease.LeaseTimes;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.OperationRefusedException;

/**
 * The leases that services of this instance run by. While one is missing that is all that
 * a service lacks, it is looked now and then, for all such leases together, whether they
 * are free, and only one that is is asked for. Confined to the coordinator, but for what
 * it publishes.
 */
public final class Leases
		implements Aspect.Evaluated, Aspect.Handled, Aspect.ComeAndGo, Aspect.ClockJumped, Aspect.Publish {

	private final Coordinator coordinator;

	private final Backend backend;

	private final Map<String, LeaseControl> controls = new LinkedHashMap<>();

	/** What tasks of this instance are doing. */
	private final Map<TaskLease, LeaseSnapshot> taken = new LinkedHashMap<>();

	private final Random random;

	private LeaseSettings settings = LeaseSettings.DEFAULTS;

	private Supplier<@Nullable LeaseStore> store = () -> null;

	private volatile @Nullable StoreClient client;

	private final Timer look = Timer.of(this::look);

	private boolean looking;

	/** Something has come about that is looked at once. */
	private boolean lookNow;

	private final Outage outage;

	private int returning;

	private boolean changed;

	private volatile List<LeaseSnapshot> published = List.of();

	/**
	 * Create leases, none of which is known yet.
	 * @param coordinator the coordinator
	 * @param backend time and threads
	 */
	public Leases(Coordinator coordinator, Backend backend) {
		this.coordinator = coordinator;
		this.backend = backend;
		this.random = new Random(backend.monotonicTime());
		this.outage = new Outage(coordinator, this::outageChanged);
		coordinator.nodes().forEach(this::added);
	}

	/**
	 * Sets where leases are kept. Called before services are started.
	 * @param newStore gives the store or {@code null}, asked once if a service has a
	 * lease
	 * @param newSettings the settings of all leases
	 * @throws LeaseStoreMissingException if a service has a lease and nothing keeps any
	 */
	public void keepIn(Supplier<@Nullable LeaseStore> newStore, LeaseSettings newSettings) {
		this.store = newStore;
		this.settings = newSettings;
		this.controls.values()
			.stream()
			.findFirst()
			.ifPresent((control) -> keep(control.nodes().get(0).name(), control.name()));
	}

	/**
	 * Makes sure that it is known where leases are kept. Any thread may call, but not
	 * inside the coordinator.
	 * @param service the name of a service that runs by a lease
	 * @param lease the name of that
	 * @throws LeaseStoreMissingException if nothing keeps any
	 */
	public synchronized void keep(String service, String lease) {
		if (this.client == null) {
			LeaseStore found = this.store.get();
			if (found == null) {
				throw new LeaseStoreMissingException(service, lease);
			}
			this.client = new StoreClient(this.coordinator, this.backend, found, this.outage);
			found.onLoss(this::renew);
		}
	}

	/**
	 * Takes what a task is due for, if no other instance has. Blocks until the store has
	 * answered. Any thread may call, but not inside the coordinator.
	 * @param lease the name of the lease
	 * @param service the name of the service
	 * @param task the name of its task, so that others may have a lease of that name as
	 * well
	 * @param kept for how long no other instance may take it
	 * @param lost is told when another one may have it
	 * @return what is to be ended after the run, or {@code null} if another instance has
	 * taken it
	 * @throws Exception if the store cannot be asked
	 */
	public @Nullable TaskLease take(String lease, String service, String task, Duration kept, Runnable lost)
			throws Exception {
		// Not that of a service.
		String name = "task:%s/%s/%s".formatted(lease, service, task);
		LeaseTimes times = this.settings.times(lease);
		Duration duration = (kept.compareTo(times.duration()) > 0) ? kept : times.duration();
		long begun = this.coordinator.nanoTime();
		Moment asked = Moment.now(this.backend);
		StoredLease stored;
		try {
			stored = client().store().acquire(name, duration);
		}
		catch (Exception ex) {
			this.coordinator.run(() -> this.outage.heard(Outage.Kind.WRITE, ex));
			throw ex;
		}
		this.coordinator.run(() -> this.outage.heard(Outage.Kind.WRITE, null));
		if (stored == null) {
			return null;
		}
		TaskLease taken = new TaskLease(this, stored, times, Nanos.of(kept), begun, hold(asked, duration), lost);
		LeaseSnapshot shown = new LeaseSnapshot(name, List.of(service), true,
				new LeaseSnapshot.Holder(null, this.backend.instant()), null, LeaseSnapshot.Counts.NONE);
		this.coordinator.run(() -> taken.begin(shown));
		return taken;
	}

	Hold hold(Moment asked, Duration duration) {
		return new Hold(this.backend, LeaseTimes.of(duration), asked, 0, null);
	}

	void taken(TaskLease lease, LeaseSnapshot shown) {
		this.taken.put(lease, shown);
		changed();
	}

	void over(TaskLease lease) {
		if (this.taken.remove(lease) != null) {
			changed();
		}
	}

	private boolean renew(String lease) {
		this.coordinator.run(() -> {
			LeaseControl control = this.controls.get(lease);
			if (control != null) {
				control.renew();
			}
		});
		return this.published.stream().anyMatch((snapshot) -> snapshot.name().equals(lease));
	}

	@Override
	public void added(ServiceNode node) {
		String lease = node.lease();
		if (lease != null) {
			this.controls.computeIfAbsent(lease, (name) -> new LeaseControl(this, name)).add(node);
			changed();
		}
	}

	@Override
	public void removed(ServiceNode node) {
		LeaseControl control = of(node);
		if (control != null) {
			control.remove(node);
		}
	}

	void forgetIfUnused(LeaseControl control) {
		if (control.isUnused()) {
			this.controls.remove(control.name());
		}
	}

	/**
	 * The lease of a service.
	 * @param node the service
	 * @return what controls it, or {@code null} if it needs none
	 */
	public @Nullable LeaseControl of(ServiceNode node) {
		String lease = node.lease();
		return (lease != null) ? this.controls.get(lease) : null;
	}

	@Override
	public void evaluated(ServiceNode node) {
		if (node.lease() != null) {
			LeaseControl control = of(node);
			if (control != null) {
				control.looked(node);
			}
		}
	}

	@Override
	public void clockJumped() {
		this.controls.values().forEach(LeaseControl::lookAtTime);
		List.copyOf(this.taken.keySet()).forEach(TaskLease::look);
	}

	/**
	 * A lease is all that is missing, or is no longer.
	 * @param first whether that has just come about, so that it is looked at once
	 */
	void lookSoon(boolean first) {
		this.lookNow |= first;
		if (!this.looking && this.look.due() == TimerQueue.NEVER) {
			timers().set(this.look, nextLook());
		}
	}

	// All that a command has brought about is looked at together.
	@Override
	public void handled() {
		if (this.lookNow && !this.looking) {
			look();
		}
	}

	private long nextLook() {
		long poll = this.outage.isOn() ? this.outage.wait(this.settings) : this.settings.poll().toNanos();
		// Those that wait do not all ask at the same time.
		return now() + poll - poll / 4 + (long) (this.random.nextDouble() * poll / 2);
	}

	private void look() {
		this.lookNow = false;
		if (this.looking) {
			return;
		}
		timers().remove(this.look);
		List<LeaseControl> wished = this.controls.values().stream().filter(LeaseControl::isWished).toList();
		List<LeaseControl> asked = wished.stream().filter(LeaseControl::isDue).toList();
		StoreClient known = this.client;
		if (known == null || wished.isEmpty()) {
			return;
		}
		if (asked.isEmpty()) {
			lookSoon(false);
			return;
		}
		this.looking = true;
		List<String> names = asked.stream().map(LeaseControl::name).toList();
		known.ask(Outage.Kind.LOOK, () -> known.store().look(names), (at, holders, failure) -> {
			this.looking = false;
			if (holders != null) {
				asked.forEach((control) -> control.seen(holders.get(control.name())));
				if (asked.stream().noneMatch(LeaseControl::isAsking)) {
					// Each is held by others: nothing says any more that it cannot be.
					this.outage.heard(Outage.Kind.WRITE, null);
				}
			}
			else {
				asked.forEach(LeaseControl::unseen);
			}
			lookSoon(false);
		}, () -> asked.forEach(LeaseControl::unseen));
	}

	/**
	 * Asks the store.
	 * @return what asks it
	 */
	StoreClient client() {
		StoreClient known = this.client;
		if (known == null) {
			throw new IllegalStateException("It is not known where leases are kept");
		}
		return known;
	}

	LeaseSettings settings() {
		return this.settings;
	}

	Hold hold(LeaseControl control, Moment asked, @Nullable Long fence) {
		return new Hold(this.backend, control.times(), asked, control.reserve(), fence);
	}

	Coordinator coordinator() {
		return this.coordinator;
	}

	TimerQueue timers() {
		return this.coordinator.timers();
	}

	long now() {
		return this.coordinator.now();
	}

	private void outageChanged() {
		this.controls.values().forEach((control) -> {
			control.nodes().forEach(this::miss);
			control.describe();
		});
	}

	/**
	 * Whether the store could not be asked last.
	 * @return whether it could not
	 */
	boolean isStoreUnreachable() {
		return this.outage.isOn();
	}

	/**
	 * Sets whether a service is missed while it lacks its lease: nobody may be running it
	 * if its store cannot be asked.
	 * @param node the service
	 */
	void miss(ServiceNode node) {
		node.missed(this.settings.counted() && this.outage.isOn());
		this.coordinator.turn().lookAt(node);
	}

	/**
	 * A lease is being given back, or was.
	 * @param more whether it is
	 */
	void returning(boolean more) {
		this.returning += more ? 1 : -1;
	}

	/**
	 * Whether a lease is being given back: what the store is asked by is needed still.
	 * @return whether one is
	 */
	public boolean isAnyReturning() {
		return this.returning > 0;
	}

	/**
	 * Gives leases back for other instances to get.
	 * @param nodes services that run by them
	 */
	public void release(Collection<ServiceNode> nodes) {
		for (ServiceNode node : nodes) {
			LeaseControl control = of(node);
			if (control != null) {
				control.release();
			}
		}
	}

	/**
	 * All services that run by the leases of some.
	 * @param nodes the services
	 * @return those, and others
	 */
	public Set<ServiceNode> sharing(Collection<ServiceNode> nodes) {
		Set<ServiceNode> all = new LinkedHashSet<>(nodes);
		for (ServiceNode node : nodes) {
			LeaseControl control = of(node);
			if (control != null) {
				all.addAll(control.nodes());
			}
		}
		return all;
	}

	/**
	 * Keeps this instance from trying to get leases.
	 * @param nodes services that run by them
	 * @param duration for how long
	 */
	public void holdOff(Collection<ServiceNode> nodes, Duration duration) {
		for (ServiceNode node : nodes) {
			if (of(node) == null) {
				throw new OperationRefusedException(node.name(),
						"Service '%s' runs without a lease: there is nothing to hold off.".formatted(node.name()));
			}
		}
		for (ServiceNode node : nodes) {
			Objects.requireNonNull(of(node)).holdOff(Nanos.of(duration));
		}
	}

	void changed() {
		this.changed = true;
	}

	@Override
	public void publish() {
		if (this.changed) {
			this.changed = false;
			List<LeaseSnapshot> snapshots = new ArrayList<>();
			this.controls.values().forEach((control) -> snapshots.add(control.snapshot()));
			snapshots.addAll(this.taken.values());
			this.published = List.copyOf(snapshots);
		}
	}

	/**
	 * All leases. Any thread may ask.
	 * @return one snapshot each
	 */
	public List<LeaseSnapshot> snapshots() {
		return this.published;
	}

	/**
	 * What the store tells of a lease of which nothing was said before.
	 * @param seen what it tells, or {@code null} if it does not
	 * @return the same for people
	 */
	static LeaseSnapshot.Holder shown(@Nullable Holder seen) {
		return (seen == null || seen.free()) ? LeaseSnapshot.Holder.UNKNOWN
				: new LeaseSnapshot.Holder(seen.by(), seen.since());
	}

}
