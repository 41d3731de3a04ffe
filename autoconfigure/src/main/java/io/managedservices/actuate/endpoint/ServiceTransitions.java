// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.sanitize.FailureWords;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Remembers the last {@value #MAX_TRANSITIONS} transitions of each service, and counts
 * what hung. Safe for use by several threads; reading takes no lock.
 *
 * @since 0.1.0
 */
public final class ServiceTransitions implements LifecycleListener {

	/**
	 * How many transitions of a service are remembered.
	 */
	public static final int MAX_TRANSITIONS = 20;

	private final Map<String, List<Remembered>> transitions = new ConcurrentHashMap<>();

	private final Map<String, Integer> hanging = new ConcurrentHashMap<>();

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public void onEvent(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.StateChanged changed) {
			this.transitions.merge(changed.service().name(), List.of(Remembered.of(changed)), this::append);
		}
		else if (event instanceof LifecycleEvent.ServiceUnregistered unregistered) {
			this.transitions.remove(unregistered.service().name());
			this.hanging.remove(unregistered.service().name());
		}
		else if (event instanceof LifecycleEvent.Hanging hangs) {
			this.hanging.merge(hangs.service().name(), 1, Integer::sum);
		}
	}

	private List<Remembered> append(List<Remembered> earlier, List<Remembered> last) {
		int forgotten = Math.max(0, earlier.size() + last.size() - MAX_TRANSITIONS);
		return Stream.concat(earlier.stream().skip(forgotten), last.stream()).toList();
	}

	/**
	 * The last transitions of a service.
	 * @param service its name
	 * @param sanitizer what is shown of texts of others
	 * @return its transitions, the oldest first
	 */
	List<Transition> of(String service, TextSanitizer sanitizer) {
		return this.transitions.getOrDefault(service, List.of())
			.stream()
			.map((remembered) -> remembered.shown(service, sanitizer))
			.toList();
	}

	/**
	 * How often a method or a piece of work of a service went on although its timeout had
	 * passed.
	 * @param service its name
	 * @return how often, {@code null} for never
	 */
	@Nullable Integer hanging(String service) {
		return this.hanging.get(service);
	}

	/**
	 * A move from one state to another.
	 *
	 * @param at when
	 * @param from the state that was left
	 * @param to the state that was entered
	 * @param reason why the service is being stopped, if it is
	 * @param failure the last failure of the service, if there is one
	 */
	public record Transition(Instant at, ServiceState from, ServiceState to, @Nullable StopReason reason,
			@Nullable String failure) {

	}

	/**
	 * A transition as it is remembered, without the failure itself, which may hold
	 * anything. Immutable.
	 *
	 * @param transition the transition without its failure
	 * @param failure the failure in words
	 */
	private record Remembered(Transition transition, @Nullable FailureWords failure) {

		static Remembered of(LifecycleEvent.StateChanged changed) {
			Throwable failure = changed.service().failure();
			return new Remembered(new Transition(changed.service().since(), changed.previous(),
					changed.service().state(), changed.reason(), null),
					(failure != null) ? FailureWords.of(failure) : null);
		}

		Transition shown(String service, TextSanitizer sanitizer) {
			return (this.failure == null) ? this.transition
					: new Transition(this.transition.at(), this.transition.from(), this.transition.to(),
							this.transition.reason(), sanitizer.words(service, "failure", this.failure));
		}

	}

}
