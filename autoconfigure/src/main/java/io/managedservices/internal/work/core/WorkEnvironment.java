// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.Objects;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.call.Surrounding;

/**
 * What the work of all services of an engine has in common. Safe for use by several
 * threads once it is bound.
 *
 * @since 0.1.0
 */
public final class WorkEnvironment {

	private final WorkThreads threads;

	private final @Nullable UnaryOperator<Runnable> decorator;

	private final @Nullable Surrounding surrounding;

	private final int failuresKept;

	private @Nullable Coordination coordination;

	private volatile Runnable onAdded = () -> {
	};

	/**
	 * Create an environment.
	 * @param threads where work runs
	 * @param decorator carries the context of whoever asks for work to where it is done,
	 * or {@code null} for nothing
	 * @param surrounding what is put around user code, or {@code null} for nothing
	 * @param failuresKept how many failures are kept of each service
	 */
	public WorkEnvironment(WorkThreads threads, @Nullable UnaryOperator<Runnable> decorator,
			@Nullable Surrounding surrounding, int failuresKept) {
		this.threads = threads;
		this.decorator = decorator;
		this.surrounding = surrounding;
		this.failuresKept = failuresKept;
	}

	/**
	 * Takes what it is confined to. Called once, before anything else.
	 * @param itsCoordination the coordinator
	 */
	public void bind(Coordination itsCoordination) {
		this.coordination = itsCoordination;
	}

	/**
	 * Sets what is done when work was added. Any thread may call.
	 * @param action runs on the thread that has added it, often: does not wait
	 */
	public void onAdded(Runnable action) {
		this.onAdded = action;
	}

	/**
	 * Work was added, which begins now or later. Called by the thread that has added it,
	 * not inside the coordinator.
	 */
	public void added() {
		this.onAdded.run();
	}

	public Coordination coordination() {
		return Objects.requireNonNull(this.coordination);
	}

	public WorkThreads threads() {
		return this.threads;
	}

	public @Nullable UnaryOperator<Runnable> decorator() {
		return this.decorator;
	}

	/**
	 * What is put around user code, inside the context of whoever asks for it.
	 * @return it, or {@code null} for nothing
	 */
	public @Nullable Surrounding surrounding() {
		return this.surrounding;
	}

	/**
	 * The context of the calling thread.
	 * @return the context
	 */
	public ContextCarrier captureContext() {
		return ContextCarrier.capture(this.decorator);
	}

	int failuresKept() {
		return this.failuresKept;
	}

}
