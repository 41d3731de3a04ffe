// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

import io.managedservices.ManagedServices;
import io.managedservices.Provided;

/**
 * What is injected as {@link Provided}: it learns which service it is about when the
 * services are discovered, and asks the façade each time. Safe for use by several
 * threads.
 *
 * @param <T> the type of the value
 */
final class InjectedProvided<T> implements Provided<T> {

	private final BeanFactory beanFactory;

	private final Class<T> type;

	private final String place;

	private final @Nullable String qualifier;

	private volatile @Nullable String service;

	private volatile @Nullable ManagedServices services;

	/**
	 * Create the value of an injection point.
	 * @param beanFactory where the façade is found
	 * @param type the type of the value
	 * @param place where it is injected, for people
	 * @param qualifier the name of the service, or {@code null} to go by the type
	 */
	InjectedProvided(BeanFactory beanFactory, Class<T> type, String place, @Nullable String qualifier) {
		this.beanFactory = beanFactory;
		this.type = type;
		this.place = place;
		this.qualifier = qualifier;
	}

	@Override
	public T get() {
		return services().provided(service(), this.type);
	}

	@Override
	public T await(Duration timeout) throws InterruptedException {
		return services().awaitProvided(service(), this.type, timeout);
	}

	@Override
	public CompletableFuture<T> whenProvided() {
		return services().whenProvided(service(), this.type);
	}

	private ManagedServices services() {
		ManagedServices known = this.services;
		if (known == null) {
			known = this.beanFactory.getBean(ManagedServices.class);
			this.services = known;
		}
		return known;
	}

	private String service() {
		if (this.service == null) {
			// They are discovered on first use, if it is not too early for that.
			services().snapshots();
		}
		String known = (this.service != null) ? this.service : this.qualifier;
		if (known == null) {
			throw new IllegalStateException(
					"%s: it is not known which service provides a '%s'. Name the service with @Qualifier."
						.formatted(this.place, this.type.getName()));
		}
		return known;
	}

	void bind(String name) {
		this.service = name;
	}

	Class<T> type() {
		return this.type;
	}

	String place() {
		return this.place;
	}

	@Nullable String qualifier() {
		return this.qualifier;
	}

	@Override
	public String toString() {
		String known = (this.service != null) ? this.service : this.qualifier;
		return "Provided<" + this.type.getSimpleName() + ">" + ((known != null) ? " of service '" + known + "'" : "");
	}

}
