// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.observation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the log. Immutable.
 *
 * @param mdc Whether lines that user code inside services writes have the names of the
 * service and of its work in their context (MDC).
 * @since 0.1.0
 */
@ConfigurationProperties("managed-services.logging")
public record LogProperties(@DefaultValue("true") boolean mdc) {

}
