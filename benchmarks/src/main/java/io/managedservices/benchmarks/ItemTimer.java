// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

/**
 * Processes items at their times, in memory. Used by one thread, once.
 */
interface ItemTimer extends AutoCloseable {

	/**
	 * Takes items; returns when all are armed.
	 * @param rows the items
	 * @throws Exception if anything goes wrong
	 */
	void arm(TimedRows rows) throws Exception;

}
