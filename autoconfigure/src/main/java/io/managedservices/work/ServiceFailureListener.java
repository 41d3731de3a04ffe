// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

/**
 * Receives every failure of services, once: those of their methods, of their checks, at
 * run time, those that they report, and those in their work. To be implemented by a bean
 * that passes them on, to an error tracker, say.
 * <p>
 * Called on a thread of the engine, one failure at a time and one listener after the
 * other, for which nothing else waits; what it throws is logged. If 10,000 failures wait
 * for the listeners, further ones are not told until some of these are, and the log says
 * how many were left out.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ServiceFailureListener {

	/**
	 * Receives a failure.
	 * @param failure the failure: its kind and name say what has failed
	 */
	void onFailure(ServiceFailure failure);

}
