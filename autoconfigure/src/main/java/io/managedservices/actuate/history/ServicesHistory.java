// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

/**
 * What is remembered of all services. Immutable.
 *
 * @param start their last start
 * @param stop their last stop
 * @param episodes the episodes of the last hour
 * @since 0.1.0
 */
public record ServicesHistory(StartRecorder start, StopRecorder stop, EpisodeRecorder episodes) {

}
