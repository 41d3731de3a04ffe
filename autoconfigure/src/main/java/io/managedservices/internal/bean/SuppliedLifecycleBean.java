// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;

import io.managedservices.ServiceContext;
import io.managedservices.internal.declare.DrivenLifecycles;
import io.managedservices.internal.graph.ServiceCallbacks;

/**
 * Drives a {@link Lifecycle} that is asked for at each start. To be used as an engine
 * uses a service: one method at a time.
 */
final class SuppliedLifecycleBean {

	private final String service;

	private final Supplier<? extends Lifecycle> supplier;

	private final DrivenLifecycles driven;

	private volatile @Nullable LifecycleBean current;

	private volatile @Nullable Lifecycle supplied;

	SuppliedLifecycleBean(String service, Supplier<? extends Lifecycle> supplier, DrivenLifecycles driven) {
		this.service = service;
		this.supplier = supplier;
		this.driven = driven;
	}

	private void start(ServiceContext context) throws Exception {
		Lifecycle next = supply();
		if (context.isStopping()) {
			// The service may be forgotten already, so that nobody would stop it.
			return;
		}
		LifecycleBean bean = this.current;
		if (bean == null || next != this.supplied) {
			bean = new LifecycleBean(next);
			this.driven.supplied(this.service, next);
			this.supplied = next;
			this.current = bean;
		}
		bean.start(context);
		context.provide(next);
	}

	// A mistake in the program, which another attempt would meet again.
	private Lifecycle supply() {
		Lifecycle lifecycle = this.supplier.get();
		if (lifecycle == null) {
			throw new UnsupportedOperationException(
					"The supplier of service '%s' returned null: expected the Lifecycle that the service starts and stops. Let it return one; a registry of listeners returns null for an id that no listener has."
						.formatted(this.service));
		}
		if (lifecycle instanceof SmartLifecycle smart && smart.isAutoStartup()) {
			throw new UnsupportedOperationException(
					"The supplier of service '%s' returned a %s that Spring starts, too: its isAutoStartup() returns true. Set autoStartup to false where it is declared: autoStartup = \"false\" of a listener, setAutoStartup(false) of a container, autoStartup(false) of an endpoint, spring.quartz.auto-startup=false for Quartz."
						.formatted(this.service, BeanMethod.userClass(lifecycle).getName()));
		}
		return lifecycle;
	}

	private void stop(ServiceContext context) throws Exception {
		LifecycleBean bean = this.current;
		if (bean != null) {
			bean.stop(context);
		}
	}

	private void check() {
		LifecycleBean bean = this.current;
		if (bean != null) {
			bean.check();
		}
	}

	ServiceCallbacks callbacks() {
		return new ServiceCallbacks(null, this::start, this::stop, this::check, this::check, null, null);
	}

}
