// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.Collection;
import java.util.function.Supplier;

import org.springframework.context.SmartLifecycle;

/**
 * A bean of Spring that has the containers of message listeners. Immutable.
 *
 * @param bean starts and stops all of them
 * @param containers the containers that it has by now
 */
record ListenerRegistry(SmartLifecycle bean, Supplier<? extends Collection<? extends SmartLifecycle>> containers) {

}
