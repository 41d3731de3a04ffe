// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.observation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the observations of services, where there is an ObservationRegistry.
 * Immutable.
 *
 * @param checks Whether readiness and health checks are observed.
 * @param microTasks Whether micro-tasks are observed.
 * @since 0.1.0
 */
@ConfigurationProperties("managed-services.observations")
public record ObservationProperties(@DefaultValue("false") boolean checks, @DefaultValue("false") boolean microTasks) {

}
