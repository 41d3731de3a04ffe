package io.managedservices.context;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceEventListener;
import io.managedservices.ServiceReport;
import io.managedservices.ServiceSnapshot;
import io.managedservices.graph.ServiceGraph;

/**
 * The façade as a bean, which may be injected into the services themselves: they are
 * discovered, checked and handed to an engine on first use, when all singletons of the
 * context exist, and at the latest when the context says that they do. Safe for use by
 * several threads; discovery is made by one of them while others are refused.
 *
 * @since 0.1.0
 */
public final class DeferredManagedServices implements ManagedServices, SmartInitializingSingleton {

	private final ConfigurableListableBeanFactory beanFactory;

	private final DiscoverySettings settings;

	private final Function<ServiceGraph, ManagedServices> engineFactory;

	private final AtomicBoolean creating = new AtomicBoolean();

	private volatile boolean singletonsExist;

	private volatile @Nullable ManagedServices engine;

	/**
	 * Create a façade.
	 * @param beanFactory where services and {@link ServiceEventListener} beans are found
	 * @param settings what is configured of services
	 * @param engineFactory makes what runs a graph
	 */
	public DeferredManagedServices(ConfigurableListableBeanFactory beanFactory, DiscoverySettings settings,
			Function<ServiceGraph, ManagedServices> engineFactory) {
		this.beanFactory = beanFactory;
		this.settings = settings;
		this.engineFactory = engineFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.singletonsExist = true;
		engine();
	}

	private ManagedServices engine() {
		ManagedServices current = this.engine;
		return (current != null) ? current : firstUse();
	}

	private ManagedServices firstUse() {
		if (!this.singletonsExist && !LocalBeans.allExist(this.beanFactory)) {
			throw tooEarly();
		}
		if (!this.creating.compareAndSet(false, true)) {
			throw tooEarly();
		}
		try {
			ManagedServices current = this.engine;
			if (current == null) {
				current = create();
				this.engine = current;
			}
			return current;
		}
		finally {
			this.creating.set(false);
		}
	}

	private ManagedServices create() {
		ManagedServices created = this.engineFactory
			.apply(new ServiceDiscovery(this.beanFactory, this.settings).discover());
		LocalBeans.ordered(this.beanFactory, ServiceEventListener.class, (beanName) -> {
			throw new IllegalStateException(
					"A ServiceEventListener has to be a singleton, and bean '%s' is not. Make it one, or give each instance to ManagedServices.addListener."
						.formatted(beanName));
		}).values().forEach(created::addListener);
		return created;
	}

	private static IllegalStateException tooEarly() {
		return new IllegalStateException("The services are not known yet: they are discovered when all singletons of "
				+ "the context exist. Call ManagedServices later than in a constructor, a factory method or a "
				+ "@PostConstruct method, such as in the start of a service or in an ApplicationRunner.");
	}

	@Override
	public List<ServiceSnapshot> snapshots() {
		return engine().snapshots();
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
	public boolean isReady() {
		return engine().isReady();
	}

	@Override
	public boolean isHealthy() {
		return engine().isHealthy();
	}

	@Override
	public ServiceReport readiness() {
		return engine().readiness();
	}

	@Override
	public ServiceReport health() {
		return engine().health();
	}

	@Override
	public CompletableFuture<ServiceSnapshot> whenRunning(String name) {
		return engine().whenRunning(name);
	}

	@Override
	public <T> T get(String name, Class<T> type, Duration timeout) throws InterruptedException {
		return engine().get(name, type, timeout);
	}

	@Override
	public CompletableFuture<Void> start() {
		return engine().start();
	}

	@Override
	public CompletableFuture<Void> stop() {
		return engine().stop();
	}

	@Override
	public void addListener(ServiceEventListener listener) {
		engine().addListener(listener);
	}

	@Override
	public void removeListener(ServiceEventListener listener) {
		engine().removeListener(listener);
	}

}
