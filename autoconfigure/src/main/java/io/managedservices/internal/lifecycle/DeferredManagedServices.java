// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.util.ObjectUtils;
import org.springframework.util.function.SingletonSupplier;

import io.managedservices.Conditions;
import io.managedservices.Demand;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceLookup;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.configure.ParentServices;
import io.managedservices.internal.configure.ParentSource;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.DrivenLifecycles;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.discovery.LateDefinitions;
import io.managedservices.internal.discovery.LateRegistry;
import io.managedservices.internal.discovery.ServiceDiscovery;
import io.managedservices.internal.discovery.ServicePresence;
import io.managedservices.internal.drawing.PrintFormat;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.registry.ChildDependents;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.monitor.HealthSummary;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;

/**
 * The façade as a bean, which may be injected into the services themselves: they are
 * discovered, checked and handed to an engine on first use, when all singletons of the
 * context exist, and at the latest when the context says that they do. Once the context
 * is closing they cannot be started any more, and when it is gone none is left running.
 * Safe for use by several threads; discovery is made by one of them while others are
 * refused.
 *
 * @since 0.1.0
 */
public final class DeferredManagedServices implements ManagedServices, ParentSource, LateRegistry, DisposableBean {

	private static final Log logger = LineLog.of(DeferredManagedServices.class);

	/** More than the engine needs to notice that its time is over. */
	private static final Duration GRACE = Duration.ofSeconds(2);

	private final ConfigurableListableBeanFactory beanFactory;

	private final ServicePresence presence;

	private final Supplier<ServicesSetup> setup;

	private final AtomicBoolean creating = new AtomicBoolean();

	private volatile @Nullable ServiceEngine engine;

	/** The services of child contexts, by the ids of these. */
	private final Map<String, ServiceMonitor> children = new ConcurrentSkipListMap<>();

	private volatile DrivenLifecycles lifecycles = new DrivenLifecycles();

	private volatile boolean anySupplied;

	/** No start gets in between the look at {@link #closing} and the engine. */
	private final ReentrantLock commands = new ReentrantLock();

	private volatile boolean closing;

	/** Makes services of what is declared later, once it is known what was before. */
	private volatile @Nullable LateDefinitions late;

	/** Whether the listeners of the context hear of services. */
	private final AtomicBoolean listened = new AtomicBoolean();

	private volatile Runnable onWorkAdded = () -> {
	};

	/** The last stop of all, or not done since there was a start after it. */
	private volatile CompletableFuture<Void> stopped = CompletableFuture.completedFuture(null);

	/**
	 * Create a façade.
	 * @param beanFactory where services and {@link LifecycleListener} beans are found
	 * @param presence whether there are services
	 * @param setup makes what is configured of services, asked for when there are any
	 */
	public DeferredManagedServices(ConfigurableListableBeanFactory beanFactory, ServicePresence presence,
			Supplier<ServicesSetup> setup) {
		this.beanFactory = beanFactory;
		this.presence = presence;
		this.setup = SingletonSupplier.of(setup);
	}

	/**
	 * Discovers the services, unless somebody has used them before: all singletons exist.
	 * Prints them if that is all that is to be done.
	 * @throws ServicesExitException if it was
	 */
	void singletonsExist() {
		ServiceEngine known = engine();
		PrintFormat format = setup().print();
		if (format != null) {
			GraphPrint.print(known.snapshots(), format);
		}
	}

	// Somebody who asks how the services are needs no engine where there are none.
	private boolean isUnused() {
		return this.engine == null && !this.presence.isAny();
	}

	/**
	 * What is configured of the services.
	 * @return what is
	 */
	ServicesSetup setup() {
		return this.setup.get();
	}

	private ServiceEngine engine() {
		ServiceEngine current = this.engine;
		return (current != null) ? current : firstUse();
	}

	private ServiceEngine firstUse() {
		if (!this.presence.isKnown()) {
			throw tooEarly();
		}
		return this.presence.isAny() ? discover() : withoutServices();
	}

	// Others do not wait for it: it calls beans, which may wait for them.
	private ServiceEngine discover() {
		if (!this.creating.compareAndSet(false, true)) {
			return discoveredByOther();
		}
		try {
			ServiceEngine current = this.engine;
			return (current != null) ? current : discovered();
		}
		finally {
			this.creating.set(false);
		}
	}

	// The other may have come when all was done, as this thread has.
	private ServiceEngine discoveredByOther() {
		ServiceEngine current = this.engine;
		if (current == null) {
			throw tooEarly();
		}
		return current;
	}

	private ServiceEngine discovered() {
		ServiceDiscovery discovery = new ServiceDiscovery(this.beanFactory, setup().discovery());
		ServiceGraph graph = discovery.discover();
		ServiceEngine created = setup().engineFactory().apply(graph);
		this.anySupplied = discovery.isAnySupplied();
		this.lifecycles = discovery.lifecycles();
		this.late = new LateDefinitions(this.beanFactory, setup().discovery(), discovery.names(), this.lifecycles);
		listen(created);
		return begun(created);
	}

	private void listen(ServiceEngine created) {
		this.listened.set(true);
		LocalBeans.ordered(this.beanFactory, LifecycleListener.class, (beanName) -> {
			throw new IllegalStateException(
					"A LifecycleListener has to be a singleton, and bean '%s' is not. Make it one, or give each instance to ManagedServices.addListener."
						.formatted(beanName));
		}).values().forEach(created::addListener);
	}

	// Services may still be registered.
	private ServiceEngine withoutServices() {
		this.commands.lock();
		try {
			ServiceEngine current = this.engine;
			return (current != null) ? current
					: begun(setup().engineFactory().apply(ServiceGraph.of(List.of(), List.of())));
		}
		finally {
			this.commands.unlock();
		}
	}

	private ServiceEngine begun(ServiceEngine created) {
		created.readRegistrations(late());
		created.onWorkAdded(() -> this.onWorkAdded.run());
		this.engine = created;
		if (this.closing) {
			created.close();
		}
		this.presence.began();
		tellParent((parent) -> parent.childCame(id(), this));
		return created;
	}

	@Override
	public ParentServices.@Nullable Parent asParent() {
		if (!isUnused()) {
			engine();
		}
		// It may be asked while it discovers its own.
		ServiceEngine current = this.engine;
		LateDefinitions known = this.late;
		if (current == null || known == null) {
			return null;
		}
		ServiceGraph graph = current.graph();
		return new ParentServices.Parent(this.beanFactory, this, graph, known.names(graph));
	}

	private void tellParent(Consumer<ParentSource> message) {
		ParentSource parent = ParentServices.nearest(this.beanFactory);
		if (parent != null) {
			message.accept(parent);
		}
	}

	private String id() {
		String id = (this.beanFactory instanceof DefaultListableBeanFactory factory) ? factory.getSerializationId()
				: null;
		return (id != null) ? id : ObjectUtils.identityToString(this.beanFactory);
	}

	@Override
	public void childCame(String id, ServiceMonitor services) {
		this.children.put(id, services);
	}

	@Override
	public void childWent(String id, ServiceMonitor services) {
		this.children.remove(id, services);
	}

	@Override
	public Map<String, ServiceMonitor> children() {
		return Map.copyOf(this.children);
	}

	@Override
	public ServiceGraph graph() {
		return engine().graph();
	}

	/**
	 * Whether a bean is a service, or a proxy that stands for one.
	 * @param beanName its name
	 * @param bean the bean
	 * @return {@code false} for all beans before the services are discovered
	 */
	boolean manages(String beanName, Lifecycle bean) {
		return manages(bean) || this.lifecycles
			.contains(this.beanFactory.getSingleton(ScopedProxyUtils.getTargetBeanName(beanName)));
	}

	/**
	 * Whether an object was started as a service, or is a bean that is one.
	 * @param lifecycle the object
	 * @return {@code false} for those that a supplier has not supplied yet
	 */
	boolean manages(Object lifecycle) {
		return this.lifecycles.contains(lifecycle);
	}

	/**
	 * Whether a service is what a supplier returns when it is started, so that nobody
	 * knows yet what that is.
	 * @return {@code false} before the services are discovered
	 */
	boolean isAnySupplied() {
		return this.anySupplied;
	}

	private static IllegalStateException tooEarly() {
		return new IllegalStateException("The services are not known yet: they are discovered when all singletons of "
				+ "the context exist. Call ManagedServices later than in a constructor, a factory method or a "
				+ "@PostConstruct method, such as in the start of a service or in an ApplicationRunner.");
	}

	@Override
	public List<ServiceSnapshot> snapshots() {
		return isUnused() ? List.of() : engine().snapshots();
	}

	@Override
	public ServiceSnapshot snapshot(String name) {
		return engine().snapshot(name);
	}

	@Override
	public List<ServiceSnapshot> blockers(String name) {
		return engine().blockers(name);
	}

	@Override
	public Map<String, List<ServiceSnapshot>> blockers(int limit) {
		return isUnused() ? Map.of() : engine().blockers(limit);
	}

	@Override
	public boolean isReady() {
		return isUnused() || engine().isReady();
	}

	@Override
	public boolean isHealthy() {
		return isUnused() || engine().isHealthy();
	}

	@Override
	public boolean isShuttingDown() {
		return !isUnused() && engine().isShuttingDown();
	}

	@Override
	public HealthSummary readiness() {
		return isUnused() ? new HealthSummary(true, 0, Map.of()) : engine().readiness();
	}

	@Override
	public HealthSummary health() {
		return isUnused() ? new HealthSummary(true, 0, Map.of()) : engine().health();
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRunning(String name) {
		return engine().whenRunning(name);
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenStopped(String name) {
		return engine().whenStopped(name);
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRegistered(String name) {
		return engine().whenRegistered(name);
	}

	@Override
	public ServiceLookup lenient() {
		return engine().lenient();
	}

	@Override
	public CompletableFuture<Void> register(ServiceRegistration... registrations) {
		return ready().register(registrations);
	}

	@Override
	public ServicePlan planRegister(ServiceRegistration... registrations) {
		return engine().planRegister(registrations);
	}

	@Override
	public CompletableFuture<Void> unregister(Dependents dependents, String... names) {
		try {
			refuseForChildren(dependents, names);
		}
		catch (OperationRefusedException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return engine().unregister(dependents, names);
	}

	@Override
	public ServicePlan planUnregister(Dependents dependents, String... names) {
		refuseForChildren(dependents, names);
		return engine().planUnregister(dependents, names);
	}

	private void refuseForChildren(Dependents dependents, String... names) {
		if (dependents == Dependents.REFUSE) {
			ChildDependents.refuse(this.children, names);
		}
	}

	private LateDefinitions late() {
		LateDefinitions known = this.late;
		if (known == null) {
			known = new LateDefinitions(this.beanFactory, setup().discovery(), null, this.lifecycles);
			this.late = known;
		}
		return known;
	}

	// Where there were no services, nobody listens to any, and they were not started.
	private ServiceEngine ready() {
		ServiceEngine current = engine();
		// What is registered may be a supplier.
		this.anySupplied = true;
		if (this.listened.compareAndSet(false, true)) {
			listen(current);
		}
		if (!this.closing && !isStarted()) {
			lifecycle().ifAvailable(ManagedServicesLifecycle::servicesCome);
		}
		return current;
	}

	private ObjectProvider<ManagedServicesLifecycle> lifecycle() {
		return this.beanFactory.getBeanProvider(ManagedServicesLifecycle.class);
	}

	@Override
	public void join(List<Declaration> declarations, List<GraphProblem> problems) {
		ServiceEngine current = ready();
		declarations.forEach((declaration) -> this.lifecycles.add(declaration.name(), declaration.instance()));
		LateDefinitions definitions = late();
		CompletableFuture<Void> joined = current
			.register(definitions.of(declarations, new ArrayList<>(problems), current.graph()));
		// What is refused is when this returns.
		if (joined.isCompletedExceptionally()
				&& joined.handle((result, failure) -> failure).join() instanceof OperationRefusedException refused) {
			declarations.forEach((declaration) -> this.lifecycles.remove(declaration.instance()));
			logger.error("A bean that was created later does not join the services: "
					+ String.valueOf(refused.getMessage()).replace('\n', ' '));
		}
		else {
			declarations.forEach(definitions::joined);
		}
	}

	@Override
	public boolean isService(String name) {
		ServiceEngine current = this.engine;
		return current != null && current.graph().indexOf(name) >= 0;
	}

	@Override
	public Demand demand(String name) {
		return engine().demand(name);
	}

	@Override
	public <T> T get(String name, Class<T> type, Duration timeout) throws InterruptedException {
		return engine().get(name, type, timeout);
	}

	@Override
	public <T> T provided(String name, Class<T> type) {
		return engine().provided(name, type);
	}

	@Override
	public <T> CompletableFuture<T> whenProvided(String name, Class<T> type) {
		return engine().whenProvided(name, type);
	}

	@Override
	public <T> T awaitProvided(String name, Class<T> type, Duration timeout) throws InterruptedException {
		return engine().awaitProvided(name, type, timeout);
	}

	@Override
	public CompletableFuture<Void> start() {
		if (this.closing) {
			throw tooLate();
		}
		if (isUnused()) {
			return CompletableFuture.completedFuture(null);
		}
		ManagedServices current = engine();
		lifecycle().ifAvailable(ManagedServicesLifecycle::startsElsewhere);
		this.commands.lock();
		try {
			if (this.closing) {
				throw tooLate();
			}
			this.stopped = new CompletableFuture<>();
			return current.start();
		}
		finally {
			this.commands.unlock();
		}
	}

	/**
	 * Prepares all services, and starts none.
	 * @return completed when each is prepared, exceptionally if a required one could not
	 */
	CompletableFuture<Void> prepare() {
		ServiceEngine current = engine();
		this.commands.lock();
		try {
			if (this.closing) {
				throw tooLate();
			}
			this.stopped = new CompletableFuture<>();
			return current.prepare();
		}
		finally {
			this.commands.unlock();
		}
	}

	private static IllegalStateException tooLate() {
		return new IllegalStateException("The services cannot be started: the application context is being closed, or "
				+ "is closed, and the beans they are made of are destroyed with it.");
	}

	@Override
	public CompletableFuture<Void> quiesce() {
		return isUnused() ? CompletableFuture.completedFuture(null) : engine().quiesce();
	}

	@Override
	public CompletableFuture<Void> stop() {
		if (isUnused()) {
			return CompletableFuture.completedFuture(null);
		}
		ManagedServices current = engine();
		this.commands.lock();
		try {
			CompletableFuture<Void> stop = current.stop();
			this.stopped = stop;
			return stop;
		}
		finally {
			this.commands.unlock();
		}
	}

	/**
	 * Takes work that the calling thread is inside of as having left, for a thread that
	 * ends the application: it is about to wait until all of it has ended.
	 */
	void releaseCaller() {
		ServiceEngine current = this.engine;
		if (current != null) {
			current.releaseCaller();
		}
	}

	/**
	 * Takes what is inside {@link System#exit} as having left.
	 */
	void releaseExiting() {
		ServiceEngine current = this.engine;
		if (current != null) {
			current.releaseExiting();
		}
	}

	/**
	 * Sets what is done when work was added inside a service.
	 * @param action runs on the thread that has added it, often: does not wait
	 */
	void onWorkAdded(Runnable action) {
		this.onWorkAdded = action;
	}

	/**
	 * What goes on in services without anybody asking for more.
	 * @return one thing that goes on, by the name of the service
	 */
	Map<String, String> activities() {
		ServiceEngine current = this.engine;
		return (current != null) ? current.activities() : Map.of();
	}

	/**
	 * Whether there are services that somebody has started, and nobody has stopped since.
	 * @return {@code true} from the start on until the end of the stop
	 */
	boolean isUp() {
		return this.engine != null && isStarted();
	}

	private boolean isStarted() {
		CompletableFuture<Void> last = this.stopped;
		return !last.isDone() || hasNotEnded(last);
	}

	// One that could not stop some of them has ended all the same.
	private static boolean hasNotEnded(CompletableFuture<Void> stop) {
		try {
			stop.join();
			return false;
		}
		catch (CancellationException ex) {
			return true;
		}
		catch (CompletionException ex) {
			return !(ex.getCause() instanceof ServiceException);
		}
	}

	/**
	 * Starts nothing any more: the context is being closed.
	 */
	void close() {
		this.commands.lock();
		try {
			this.closing = true;
		}
		finally {
			this.commands.unlock();
		}
		ServiceEngine current = this.engine;
		if (current != null) {
			current.close();
		}
	}

	// The lifecycle has stopped them, unless they were started before it was, or past it.
	@Override
	public void destroy() {
		close();
		ServiceEngine current = this.engine;
		if (current != null && isStarted()) {
			stopAndWait(current);
		}
		if (current != null) {
			tellParent((parent) -> parent.childWent(id(), this));
		}
		LateDefinitions known = this.late;
		if (known != null) {
			known.closed();
		}
	}

	private void stopAndWait(ServiceEngine current) {
		current.releaseCaller();
		// Longer than they may take.
		Duration limit = setup().shutdownTimeout().plus(GRACE);
		try {
			new StopWait(limit).await(current.stop());
		}
		catch (TimeoutException ex) {
			logger.error("The services were not stopped within " + limit + ", longer than "
					+ "managed-services.shutdown.timeout. They are left alone.");
		}
		catch (ExecutionException | CancellationException ex) {
			// The log has those that could not be stopped already.
			if (!(ex.getCause() instanceof ServiceException)) {
				GuardedLog.error(logger, "The services could not be stopped. They are left alone.", ex);
			}
		}
	}

	@Override
	public CompletableFuture<Void> perform(ServiceAction action, String... names) {
		return engine().perform(action, names);
	}

	@Override
	public CompletableFuture<Void> activate(Map<String, Activation> activations) {
		return engine().activate(activations);
	}

	@Override
	public CompletableFuture<Void> fail(String name, Throwable cause) {
		return engine().fail(name, cause);
	}

	@Override
	public ServicePlan plan(ServiceAction action, String... names) {
		return engine().plan(action, names);
	}

	@Override
	public Conditions conditions(String name) {
		return engine().conditions(name);
	}

	@Override
	public List<String> neededBy(String name) {
		return engine().neededBy(name);
	}

	@Override
	public List<LeaseSnapshot> leases() {
		return isUnused() ? List.of() : engine().leases();
	}

	@Override
	public void holdOff(Duration duration, String... names) {
		engine().holdOff(duration, names);
	}

	@Override
	public void sleep(String... names) {
		engine().sleep(names);
	}

	@Override
	public void wake(String... names) {
		engine().wake(names);
	}

	@Override
	public void emit(String source, Object event) {
		engine().emit(source, event);
	}

	@Override
	public void queueTask(String name, String task) {
		engine().queueTask(name, task);
	}

	@Override
	public WorkSnapshot work(String name) {
		return engine().work(name);
	}

	@Override
	public WorkCounts workCounts(String name) {
		return engine().workCounts(name);
	}

	@Override
	public Workload workload() {
		return engine().workload();
	}

	@Override
	public void limitMicroTasks(int limit) {
		engine().limitMicroTasks(limit);
	}

	@Override
	public void addListener(LifecycleListener listener) {
		engine().addListener(listener);
	}

	@Override
	public void removeListener(LifecycleListener listener) {
		engine().removeListener(listener);
	}

	/**
	 * Waits until listeners have been told all that has happened so far.
	 * @param limit how long at most: the log then names those that have not
	 * @return completed when they have, or the time is over
	 */
	CompletableFuture<Void> whenTold(Duration limit) {
		ServiceEngine current = this.engine;
		return (current != null) ? current.whenTold(limit) : CompletableFuture.completedFuture(null);
	}

}
