// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.nio.charset.StandardCharsets;

/**
 * How much a request to do something to a service may send: what operations need is a
 * tenth of it. More is never held in memory, however many requests come at once.
 * Stateless.
 */
final class BodyLimit {

	/** In bytes. */
	static final int MAX_BODY = 8 * 1024;

	/** What is answered where more is sent. */
	static final int TOO_LARGE = 413;

	/** Why that is not read. */
	static final String MESSAGE = "The body is too large: expected at most " + MAX_BODY + " bytes";

	private BodyLimit() {
	}

	static byte[] answer() {
		return ("{\"error\":\"" + MESSAGE + "\"}").getBytes(StandardCharsets.UTF_8);
	}

}
