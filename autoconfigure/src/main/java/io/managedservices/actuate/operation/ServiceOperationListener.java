// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

/**
 * Is told of every attempt to do something to a service over the endpoint, refused ones
 * among them. A bean of this type is found. Called by several threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ServiceOperationListener {

	/**
	 * An attempt was answered, or an operation has come to its end. What this throws is
	 * logged, and changes nothing about the operation.
	 * @param event what became of it
	 */
	void onOperation(ServiceOperationEvent event);

}
