// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

/**
 * Counts how often each service was started and stopped: no work, but proof that the work
 * would have been done. The counts are plain ints, because each contender orders what
 * happens to one service, and the end of an operation after all of it.
 */
final class CountingCallbacks implements Callbacks {

	private final int[] starts;

	private final int[] stops;

	CountingCallbacks(int size) {
		this.starts = new int[size];
		this.stops = new int[size];
	}

	@Override
	public void start(int service) {
		this.starts[service]++;
	}

	@Override
	public void stop(int service) {
		this.stops[service]++;
	}

	/**
	 * Checks that every service was started and stopped in every operation.
	 * @param operations how many operations there were
	 * @throws IllegalStateException if one was not
	 */
	void verify(int operations) {
		for (int service = 0; service < this.starts.length; service++) {
			if (this.starts[service] != operations || this.stops[service] != operations) {
				throw new IllegalStateException("Service %d was started %d and stopped %d times in %d operations"
					.formatted(service, this.starts[service], this.stops[service], operations));
			}
		}
	}

}
