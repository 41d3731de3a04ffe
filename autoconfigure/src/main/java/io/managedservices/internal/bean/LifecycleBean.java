// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.ClassUtils;

import io.managedservices.ServiceContext;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.ServiceCallbacks;

/**
 * Drives a {@link Lifecycle} as Spring does, which is kept from it: a
 * {@link SmartLifecycle} is stopped with a callback, and is waited for until that comes
 * and the bean does not run any more. It is healthy as long as it runs. To be used as an
 * engine uses a service: one method at a time.
 */
public final class LifecycleBean {

	private static final int POLL_MILLIS = 10;

	private static final boolean KAFKA_PRESENT = ClassUtils
		.isPresent("org.springframework.kafka.listener.MessageListenerContainer", LifecycleBean.class.getClassLoader());

	private final Lifecycle lifecycle;

	/** Whether anything of it is still at work, which it may be after it has stopped. */
	private final BooleanSupplier active;

	/** The last stop with a callback: what has been asked for once is only waited for. */
	private volatile CompletableFuture<Void> stopped = CompletableFuture.completedFuture(null);

	LifecycleBean(Lifecycle lifecycle) {
		this.lifecycle = lifecycle;
		this.active = KAFKA_PRESENT ? KafkaContainers.active(lifecycle) : lifecycle::isRunning;
	}

	/**
	 * What Spring starts and stops for a service: a factory bean if that is a
	 * {@link Lifecycle}, else the service.
	 * @param beanFactory the factory of the context
	 * @param declaration the service
	 * @return the bean, or {@code null} if neither is
	 */
	public static @Nullable Lifecycle of(ConfigurableListableBeanFactory beanFactory, Declaration declaration) {
		if (beanFactory.getSingleton(declaration.beanName()) instanceof Lifecycle bean
				&& beanFactory.isFactoryBean(declaration.beanName())) {
			return bean;
		}
		return (declaration.instance() instanceof Lifecycle service) ? service : null;
	}

	void start(ServiceContext context) throws Exception {
		if (!this.stopped.isDone() || (!this.lifecycle.isRunning() && this.active.getAsBoolean())) {
			context.status("waiting until it has stopped");
			awaitStopped();
		}
		if (!this.lifecycle.isRunning()) {
			this.lifecycle.start();
		}
	}

	void stop(ServiceContext context) throws Exception {
		if (this.stopped.isDone() && this.lifecycle.isRunning()) {
			if (this.lifecycle instanceof SmartLifecycle smart) {
				CompletableFuture<Void> callback = new CompletableFuture<>();
				smart.stop(() -> callback.complete(null));
				this.stopped = callback;
			}
			else {
				this.lifecycle.stop();
			}
		}
		awaitStopped();
	}

	private void awaitStopped() throws InterruptedException, ExecutionException {
		this.stopped.get();
		CountDownLatch never = new CountDownLatch(1);
		while (this.active.getAsBoolean()) {
			boolean unused = never.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	void check() {
		if (!this.lifecycle.isRunning()) {
			throw new IllegalStateException("It has stopped by itself: isRunning() of %s returns false"
				.formatted(BeanMethod.userClass(this.lifecycle).getName()));
		}
	}

	/**
	 * Makes a service of it.
	 * @return its methods
	 */
	ServiceCallbacks callbacks() {
		return new ServiceCallbacks(null, this::start, this::stop, this::check, this::check, null, null);
	}

}
