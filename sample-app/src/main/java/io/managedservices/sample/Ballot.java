// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

/**
 * One vote. Immutable.
 *
 * @param poll the key of the poll
 * @param answer the answer that was chosen
 */
record Ballot(long poll, String answer) {

	/** As long as an answer may be, in characters. */
	static final int MAX_ANSWER = 40;

}
