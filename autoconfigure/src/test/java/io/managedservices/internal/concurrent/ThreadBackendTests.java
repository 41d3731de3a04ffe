// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThreadBackend}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ThreadBackendTests {

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void executeWhenAllThreadsAreInUseWarnsOnce(boolean brief, CapturedOutput output) throws Exception {
		ThreadBackend backend = ThreadBackend.platform();
		BatchExecutor executor = backend.executor("kind", 2, brief);
		CountDownLatch began = new CountDownLatch(2);
		CountDownLatch release = new CountDownLatch(1);
		CountDownLatch ended = new CountDownLatch(4);
		try {
			for (int task = 0; task < 4; task++) {
				executor.execute(() -> {
					began.countDown();
					OwnThread.await(release);
					ended.countDown();
				});
			}
			began.await();
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.until(() -> output.getAll().contains("managed-services.work.max-threads"));
		}
		finally {
			release.countDown();
			ended.await();
			backend.close();
		}
		assertThat(output).containsOnlyOnce("All 2 threads for work of kind 'kind' are in use");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void executorWhenThreadsAreVirtualNamesThemAfterTheKind() {
		ThreadBackend backend = ThreadBackend.virtual();
		CompletableFuture<String> name = new CompletableFuture<>();
		backend.executor("hook", 2, true).execute(() -> name.complete(Thread.currentThread().getName()));
		assertThat(name.join()).isEqualTo("managed-services-hook-1");
	}

}
