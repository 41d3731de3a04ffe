// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What has happened to all services, as the endpoint shows it. Immutable.
 *
 * @param time the time of the server
 * @param lastStart the last start of all services; left out if there was none
 * @param lastStop the last stop of all services; left out if there was none
 * @param episodes the episodes of the last hour, the newest first
 * @since 0.1.0
 */
public record HistoryDescriptor(Instant time, @Nullable LastStartDescriptor lastStart,
		@Nullable LastStopDescriptor lastStop, List<EpisodeDescriptor> episodes) implements OperationResponseBody {

}
