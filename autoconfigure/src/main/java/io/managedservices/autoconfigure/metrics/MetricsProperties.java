// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.metrics;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the metrics of services. Immutable.
 *
 * @param states Whether the state of each service is measured, by a series for each of
 * the states.
 * @since 0.1.0
 */
@ConfigurationProperties("managed-services.metrics")
public record MetricsProperties(@DefaultValue("false") boolean states) {

}
