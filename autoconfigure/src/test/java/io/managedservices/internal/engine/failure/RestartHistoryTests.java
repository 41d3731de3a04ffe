// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.managedservices.Restart.OnGiveUp;
import io.managedservices.Restart.Policy;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RestartSettings.Backoff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RestartHistory}.
 */
class RestartHistoryTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	@Test
	void nextDelayWhenLimitIsReachedGivesUp() {
		assertThat(delays(history(3), 5)).containsExactly(100L, 200L, 400L, -1L, -1L);
	}

	@Test
	void nextDelayWhenThereIsNoLimitNeverGivesUp() {
		RestartHistory history = history(RestartSettings.UNLIMITED);
		assertThat(delays(history, 5)).containsExactly(100L, 200L, 400L, 500L, 500L);
		assertThat(delays(history, 10_000)).containsOnly(500L);
	}

	@Test
	void nextDelayWhenThereIsNoLimitBeginsAnewAfterALongRun() {
		RestartHistory history = history(RestartSettings.UNLIMITED);
		assertThat(delays(history, 4)).endsWith(500L);
		assertThat(history.nextDelay(1000 * SECOND, 10 * SECOND)).isEqualTo(100L);
	}

	@Test
	void nextDelayWhenARestartIsOlderThanTheWindowNoLongerCountsIt() {
		RestartHistory history = history(2);
		assertThat(delays(history, 2)).containsExactly(100L, 200L);
		assertThat(history.nextDelay(600 * SECOND, 600 * SECOND)).isEqualTo(-1);
		assertThat(history.nextDelay(600 * SECOND + 1, 600 * SECOND)).isEqualTo(400);
		assertThat(history.nextDelay(601 * SECOND, 601 * SECOND)).isEqualTo(-1);
		assertThat(history.nextDelay(601 * SECOND + 1, 601 * SECOND)).isEqualTo(500);
	}

	@Test
	void nextDelayWhenServiceRanForLongerThanTheWindowBeginsAnew() {
		RestartHistory history = history(3);
		assertThat(delays(history, 2)).containsExactly(100L, 200L);
		assertThat(history.nextDelay(601 * SECOND, SECOND)).isEqualTo(400);
		assertThat(history.nextDelay(1201 * SECOND + 1, 601 * SECOND)).isEqualTo(100);
	}

	private static List<Long> delays(RestartHistory history, int count) {
		List<Long> delays = new ArrayList<>();
		for (int second = 0; second < count; second++) {
			delays.add(history.nextDelay(second * SECOND, second * SECOND));
		}
		return delays;
	}

	private static RestartHistory history(int maxRestarts) {
		return new RestartHistory(new RestartSettings(Policy.ON_FAILURE, maxRestarts, Duration.ofMinutes(10),
				new Backoff(Duration.ofMillis(100), 2, Duration.ofMillis(500)), OnGiveUp.DEGRADE));
	}

}
