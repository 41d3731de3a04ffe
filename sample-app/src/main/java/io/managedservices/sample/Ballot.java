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

	/**
	 * Reads a vote from a line such as {@code 200 yes}.
	 * @param line the line
	 * @return the vote
	 * @throws IllegalArgumentException if the line is none
	 */
	static Ballot parse(String line) {
		String[] parts = line.strip().split(" ", 2);
		if (parts.length < 2) {
			throw new IllegalArgumentException(
					"expected the number of a poll and an answer, found '%s'".formatted(line));
		}
		if (!parts[0].matches("\\d{1,18}")) {
			throw new IllegalArgumentException("expected the number of a poll, found '%s'".formatted(parts[0]));
		}
		if (parts[1].length() > MAX_ANSWER || !Input.isText(parts[1])) {
			throw new IllegalArgumentException(
					"expected an answer of at most %d letters and other signs".formatted(MAX_ANSWER));
		}
		return new Ballot(Long.parseLong(parts[0]), parts[1]);
	}

}
