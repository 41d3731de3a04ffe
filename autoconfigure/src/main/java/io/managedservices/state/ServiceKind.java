// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

/**
 * What a service is.
 *
 * @since 0.1.0
 */
public enum ServiceKind {

	/**
	 * A bean that is annotated.
	 */
	BEAN,

	/**
	 * An object that was registered, by a bean or at run time.
	 */
	REGISTRATION,

	/**
	 * It acts on items.
	 */
	ITEM_SERVICE,

	/**
	 * It runs while something outside the services is up.
	 */
	GATE,

	/**
	 * It was registered by another service, and belongs to it.
	 */
	SUB_SERVICE,

	/**
	 * It stands for a service of a parent context.
	 */
	PARENT_SERVICE

}
