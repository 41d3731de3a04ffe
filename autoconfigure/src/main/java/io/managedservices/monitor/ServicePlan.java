// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.util.List;

/**
 * What an operation would do, as things are now. Immutable.
 *
 * @param stop the names of the services that it would stop, in that order
 * @param start the names of those that it would start, in that order
 * @since 0.1.0
 */
public record ServicePlan(List<String> stop, List<String> start) {

}
