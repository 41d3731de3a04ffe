// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.context.Lifecycle;

/**
 * A message listener that has a container. Immutable.
 *
 * @param endpoint the listener
 * @param container finds its container, or {@code null}
 * @param leave keeps Spring from starting the container with the context
 */
record RegisteredListener(ListenerEndpoint endpoint, Supplier<? extends @Nullable Lifecycle> container,
		Runnable leave) {

}
