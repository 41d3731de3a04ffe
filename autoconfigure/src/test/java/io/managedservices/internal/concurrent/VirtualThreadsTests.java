// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link VirtualThreads}.
 */
class VirtualThreadsTests {

	private static final InheritableThreadLocal<String> USER = new InheritableThreadLocal<>();

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void executeInheritsNothingFromWhoeverCalls() {
		VirtualThreads threads = new VirtualThreads("db-", new ThreadShortage());
		CompletableFuture<String> seen = new CompletableFuture<>();
		USER.set("alice");
		try {
			threads.execute(() -> seen.complete(Thread.currentThread().getName() + " of " + USER.get()));
		}
		finally {
			USER.remove();
		}
		assertThat(seen.join()).isEqualTo("db-1 of null");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void executeTakesTheClassLoaderOfTheApplication() {
		Thread current = Thread.currentThread();
		ClassLoader application = new ClassLoader() {
		};
		ClassLoader before = current.getContextClassLoader();
		current.setContextClassLoader(application);
		VirtualThreads threads = new VirtualThreads("db-", new ThreadShortage());
		current.setContextClassLoader(before);
		CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
		threads.execute(() -> seen.complete(Thread.currentThread().getContextClassLoader()));
		assertThat(seen.join()).isSameAs(application);
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void createWhenThereAreNoneSaysSo() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> new VirtualThreads("db-", new ThreadShortage()))
			.withMessageStartingWith("Virtual threads need JDK 21 or later");
	}

}
