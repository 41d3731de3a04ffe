// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/**
 * The threads of managed services that a test has started, told from those of others by
 * the class loader that they inherit. Used by one thread.
 */
final class OwnThreads implements AutoCloseable {

	private final ClassLoader before = Thread.currentThread().getContextClassLoader();

	private final ClassLoader mark = new URLClassLoader(new URL[0], this.before);

	private OwnThreads() {
	}

	/**
	 * Begins: what the current thread starts from now on is its own.
	 * @return to be closed by the same thread
	 */
	static OwnThreads begin() {
		OwnThreads threads = new OwnThreads();
		Thread.currentThread().setContextClassLoader(threads.mark);
		return threads;
	}

	/**
	 * Finds those that live.
	 * @return each with what it is doing
	 */
	List<String> alive() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().getName().startsWith("managed-services")
					&& entry.getKey().getContextClassLoader() == this.mark)
			.map((entry) -> entry.getKey().getName() + " in " + List.of(entry.getValue()))
			.toList();
	}

	@Override
	public void close() {
		Thread.currentThread().setContextClassLoader(this.before);
	}

}
