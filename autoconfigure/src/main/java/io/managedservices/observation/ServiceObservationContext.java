// SPDX-License-Identifier: Apache-2.0
package io.managedservices.observation;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * What is known while user code inside a service is observed: one call of a method of the
 * service, or one run of its work. Used by the thread that runs it.
 *
 * @since 0.1.0
 */
public class ServiceObservationContext extends Observation.Context {

	private final ServiceObservationDocumentation kind;

	private final String service;

	private final @Nullable String workName;

	private final boolean nameFixed;

	private final @Nullable Object item;

	private boolean complete;

	private boolean cancelled;

	/**
	 * Create a context.
	 * @param kind what is observed
	 * @param service the name of the service
	 * @param workName the name of the worker, task, ticker, hook or micro-task,
	 * {@code null} for a method of the service
	 * @param nameFixed whether the service has few names of that kind
	 * @param item the id of the item that is processed, or {@code null}
	 */
	public ServiceObservationContext(ServiceObservationDocumentation kind, String service, @Nullable String workName,
			boolean nameFixed, @Nullable Object item) {
		this.kind = kind;
		this.service = service;
		this.workName = workName;
		this.nameFixed = nameFixed;
		this.item = item;
	}

	/**
	 * Return what is observed.
	 * @return the kind
	 */
	public ServiceObservationDocumentation getKind() {
		return this.kind;
	}

	/**
	 * Return the name of the service.
	 * @return the name
	 */
	public String getService() {
		return this.service;
	}

	/**
	 * Return the name of the work.
	 * @return the name, or {@code null} for a method of the service
	 */
	public @Nullable String getWorkName() {
		return this.workName;
	}

	/**
	 * Return whether the service has few names of that kind.
	 * @return {@code false} if its code may make up ever more names, so that they are no
	 * tags of meters
	 */
	public boolean isNameFixed() {
		return this.nameFixed;
	}

	/**
	 * Return the id of the item that is processed.
	 * @return the id, or {@code null} if it is not about an item
	 */
	public @Nullable Object getItem() {
		return this.item;
	}

	/**
	 * Return whether it has returned or thrown.
	 * @return {@code false} while it is inside user code
	 */
	public boolean isComplete() {
		return this.complete;
	}

	/**
	 * Return whether it has thrown because it was told to end, which is no failure.
	 * @return whether it has
	 */
	public boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Note that it has returned or thrown.
	 * @param newCancelled whether it has thrown because it was told to end
	 */
	public void complete(boolean newCancelled) {
		this.complete = true;
		this.cancelled = newCancelled;
	}

}
