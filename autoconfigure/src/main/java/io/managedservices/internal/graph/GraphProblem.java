// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

/**
 * Something that is wrong with the declared services.
 *
 * @param description which service, what was expected, and what was found
 * @param action what to change
 * @since 0.1.0
 */
public record GraphProblem(String description, String action) {

}
