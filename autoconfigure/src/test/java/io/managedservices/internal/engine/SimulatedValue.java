// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import io.managedservices.internal.engine.kernel.Incarnation;

/**
 * What a simulated service provides.
 *
 * @param incarnation the incarnation that has provided it
 */
record SimulatedValue(Incarnation incarnation) {

}
