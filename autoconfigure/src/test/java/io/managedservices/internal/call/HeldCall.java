// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

/**
 * Lets a test hold a call inside user code for as long as it likes, without a thread.
 */
public final class HeldCall {

	private HeldCall() {
	}

	/**
	 * Lets a call begin.
	 * @param call the call
	 * @return {@code false} if it was withdrawn
	 */
	public static boolean begin(UserCall call) {
		return call.begin(null);
	}

	/**
	 * Lets a call that has begun run its user code, on the thread of the test, and leave.
	 * @param call the call
	 */
	public static void finish(UserCall call) {
		call.call();
		call.end();
	}

	/**
	 * Lets a call leave that was withdrawn before it began.
	 * @param call the call
	 */
	public static void leave(UserCall call) {
		call.end();
	}

	/**
	 * Lets a call look whether it is to end, as user code in it would.
	 * @param call the call
	 * @param ending the answer
	 */
	public static void look(UserCall call, boolean ending) {
		if (ending) {
			boolean unused = call.heed();
		}
		else {
			call.looks();
		}
	}

}
