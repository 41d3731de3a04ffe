// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A failure of a running service and what it took down, as the endpoint shows it.
 * Immutable.
 *
 * @param root the service that failed first
 * @param began when
 * @param cause why
 * @param took how long it took until everything was up again, or would not come up by
 * itself, in milliseconds; left out while it goes on
 * @param affected the services that were taken down, the root first; left out while it
 * goes on
 * @param down those that did not come up again; left out while it goes on
 * @since 0.1.0
 */
public record EpisodeDescriptor(String root, Instant began, String cause, @Nullable Long took,
		@Nullable List<String> affected, @Nullable List<String> down) {

}
