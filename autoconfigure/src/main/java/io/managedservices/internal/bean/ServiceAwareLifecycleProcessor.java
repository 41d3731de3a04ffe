// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import org.springframework.context.LifecycleProcessor;

/**
 * A lifecycle processor that leaves services to the engine, although they may be
 * {@link org.springframework.context.Lifecycle} beans.
 */
public interface ServiceAwareLifecycleProcessor extends LifecycleProcessor {

}
