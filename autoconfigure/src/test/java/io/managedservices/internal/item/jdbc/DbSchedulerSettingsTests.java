// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DbSchedulerSettings}, and for the names of instances.
 */
class DbSchedulerSettingsTests {

	private static final String PREFIX = "managed-services.items.db-scheduler.";

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void settingsThatAreInvalidAreRefusedWithTheirProperties() {
		refused("a b", SECOND, SECOND, PREFIX + "table");
		refused("a", Duration.ZERO, SECOND, PREFIX + "polling-interval");
		refused("a", SECOND, SECOND.negated(), PREFIX + "heartbeat");
	}

	@Test
	void pollingIntervalBelowAMillisecondIsRefused() {
		refused("a", Duration.ofNanos(999_999), SECOND, PREFIX + "polling-interval is invalid: expected 1ms");
		assertThat(new DbSchedulerSettings("a", false, Duration.ofMillis(1), SECOND, SECOND).pollingInterval())
			.isEqualTo(Duration.ofMillis(1));
	}

	private static void refused(String table, Duration polling, Duration heartbeat, String message) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new DbSchedulerSettings(table, false, polling, heartbeat, SECOND))
			.withMessageContaining(message);
	}

	@Test
	void instancesWithLongNamesDiffer() {
		String host = "a-pod-with-quite-a-long-name".repeat(3);
		assertThat(ItemCluster.instance(host)).hasSize(47).isNotEqualTo(ItemCluster.instance(host));
	}

}
