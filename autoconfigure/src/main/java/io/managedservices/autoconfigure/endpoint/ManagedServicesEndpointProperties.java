// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the endpoint of managed services. Immutable.
 *
 * @param showValues When to show what failures say, statuses, and titles and messages of
 * conditions. Where nobody knows who asks (health, responses to requests, audit events)
 * only if 'always'.
 * @param roles Roles of those who are shown them when authorized. When empty, everybody
 * who is authenticated is.
 * @since 0.1.0
 */
@ConfigurationProperties("management.endpoint.managedservices")
public record ManagedServicesEndpointProperties(@DefaultValue("never") Show showValues,
		@DefaultValue Set<String> roles) {

}
