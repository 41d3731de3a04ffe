// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease.shedlock;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The names of locks, which fit into the column that ShedLock proposes for them.
 * Stateless.
 */
final class LockNames {

	private static final int MAX_LENGTH = 64;

	private LockNames() {
	}

	/**
	 * The name of a lock.
	 * @param prefix what it begins with
	 * @param lease the name of the lease
	 * @return both; where they are too long, as much of them as fits and a hash of all,
	 * which is the same on every instance
	 */
	static String of(String prefix, String lease) {
		String name = prefix + lease;
		if (name.length() <= MAX_LENGTH) {
			return name;
		}
		String hash = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 18);
		return name.substring(0, MAX_LENGTH - hash.length() - 1) + "~" + hash;
	}

}
