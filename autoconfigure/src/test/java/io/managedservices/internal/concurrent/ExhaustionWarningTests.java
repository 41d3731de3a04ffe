// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExhaustionWarning}.
 */
class ExhaustionWarningTests {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);

	private final AtomicInteger warnings = new AtomicInteger();

	private final ExhaustionWarning exhaustion = new ExhaustionWarning(this.now::get, this.warnings::incrementAndGet);

	@Test
	void workWaitsWhenItDidBeforeWarnsOnce() {
		this.exhaustion.noneWaits();
		assertThat(this.warnings).hasValue(0);
		this.exhaustion.workWaits();
		assertThat(this.warnings).hasValue(1);
		this.now.addAndGet(2 * ExhaustionWarning.PAUSE);
		this.exhaustion.workWaits();
		assertThat(this.warnings).hasValue(1);
	}

	@Test
	void workWaitsWhenNoneDidMeanwhileWarnsAgainAfterAMinute() {
		this.exhaustion.workWaits();
		this.exhaustion.noneWaits();
		this.now.addAndGet(ExhaustionWarning.PAUSE - 1);
		this.exhaustion.workWaits();
		assertThat(this.warnings).hasValue(1);
		this.now.addAndGet(1);
		this.exhaustion.workWaits();
		assertThat(this.warnings).hasValue(2);
	}

}
