// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each {@link ItemContender} once over a few items: whether what is measured is what is
 * claimed.
 */
class ItemContenderTests {

	@ParameterizedTest
	@EnumSource(ItemContender.class)
	void runProcessesEachItemOnceAndNotEarly(ItemContender contender) throws Exception {
		TimedRows rows = new TimedRows(1000, Duration.ofSeconds(2).toNanos(), Duration.ofMillis(200).toNanos());
		TimedItems.run(contender, rows);
		assertThat(rows.lateness()).hasSize(1000);
		// Clocks are compared.
		assertThat(rows.lateness()[0]).isGreaterThan(Duration.ofMillis(-10).toNanos());
	}

}
