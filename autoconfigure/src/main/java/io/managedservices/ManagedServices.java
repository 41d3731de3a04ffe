// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceOperator;

/**
 * All services of the application: {@linkplain ServiceLookup finding them and waiting for
 * them}, {@linkplain ServiceMonitor how they are}, {@linkplain ServiceOperator starting
 * and stopping them}. A bean of this type, or of one of its parts, can be injected
 * anywhere; its methods can be called once all singletons of the context exist. Safe for
 * use by several threads.
 *
 * @since 0.1.0
 */
public interface ManagedServices extends ServiceLookup, ServiceMonitor, ServiceOperator {

}
