// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.EventPolicy;
import io.managedservices.event.EventRefusedException.Reason;
import io.managedservices.event.EventRefusedException.Refusal;

/**
 * Where the events of a type from a source go. Immutable.
 *
 * @param addresses each service that has hooks for it, once
 */
record Route(List<Address> addresses) {

	/**
	 * Groups hooks by their service.
	 * @param hooks the hooks that take the event, in order
	 * @return the route
	 */
	static Route to(List<Hook> hooks) {
		Map<Mailbox, List<Hook>> byMailbox = new LinkedHashMap<>();
		hooks.forEach((hook) -> byMailbox.computeIfAbsent(hook.mailbox, (mailbox) -> new ArrayList<>()).add(hook));
		List<Address> addresses = new ArrayList<>(byMailbox.size());
		byMailbox.forEach((mailbox, own) -> addresses.add(Address.of(mailbox, own)));
		return new Route(addresses);
	}

	/**
	 * The hooks of a service that take an event.
	 *
	 * @param mailbox the mailbox of the service
	 * @param holding those for which it is held, by what bounds how much is
	 * @param demanding those for which it is taken now or never
	 * @param isRefusing whether one of those refuses it if it cannot be taken
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Address(Mailbox mailbox, Hook[][] holding, Hook[] demanding, boolean isRefusing) {

		static Address of(Mailbox mailbox, List<Hook> hooks) {
			return new Address(mailbox,
					holding(hooks.stream().filter((hook) -> hook.policy == EventPolicy.BUFFER).toList()),
					hooks.stream().filter((hook) -> hook.policy != EventPolicy.BUFFER).toArray(Hook[]::new),
					hooks.stream().anyMatch((hook) -> hook.policy == EventPolicy.FAIL));
		}

		private static Hook[][] holding(List<Hook> hooks) {
			Map<LetterBuffer, List<Hook>> byBuffer = new LinkedHashMap<>();
			hooks.forEach((hook) -> byBuffer.computeIfAbsent(hook.buffer, (buffer) -> new ArrayList<>()).add(hook));
			return byBuffer.values().stream().map((each) -> each.toArray(Hook[]::new)).toArray(Hook[][]::new);
		}

		/**
		 * Puts an event into the mailbox.
		 * @param emission the event
		 * @return why it was refused, or {@code null} if it was not
		 */
		@Nullable Refusal deliver(Emission emission) {
			for (Hook[] hooks : this.holding) {
				this.mailbox.hold(emission, hooks);
			}
			Reason reason = (this.demanding.length > 0) ? this.mailbox.offer(emission, this.demanding, this.isRefusing)
					: null;
			return (reason != null && this.isRefusing) ? new Refusal(this.mailbox.serviceName(), reason) : null;
		}

		/**
		 * Counts an event that comes when its source is to end.
		 * @return why it was refused, or {@code null} if it was not
		 */
		@Nullable Refusal drop() {
			this.mailbox
				.drop(Arrays.stream(this.holding).mapToInt((hooks) -> hooks.length).sum() + this.demanding.length);
			return this.isRefusing ? new Refusal(this.mailbox.serviceName(), Reason.SOURCE_STOPS) : null;
		}

	}

}
