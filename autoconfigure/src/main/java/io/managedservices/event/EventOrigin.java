// SPDX-License-Identifier: Apache-2.0
package io.managedservices.event;

/**
 * Where an event comes from. Immutable.
 *
 * @param source the name of the service that emitted it, or as whose it was injected
 * @param exposed whether it is also seen outside the services, since its type is an
 * {@link ExposedEvent}
 * @since 0.1.0
 */
public record EventOrigin(String source, boolean exposed) {

}
