// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import io.managedservices.Conditions;
import io.managedservices.ServiceContext;

/**
 * Tests for {@link LateWarning}, which warns after two seconds.
 */
class LateWarningTests {

	private static final long THRESHOLD = 2_000_000;

	private final Conditions conditions = Mockito.mock(Conditions.class);

	private final LateWarning warning;

	LateWarningTests() {
		ServiceContext context = Mockito.mock(ServiceContext.class);
		Mockito.when(context.name()).thenReturn("polls");
		Mockito.when(context.conditions()).thenReturn(this.conditions);
		this.warning = new LateWarning(context, Duration.ofSeconds(2));
	}

	@Test
	void beganWhenNoLaterThanTheThresholdDoesNotWarn() {
		this.warning.began(THRESHOLD);
		Mockito.verifyNoInteractions(this.conditions);
	}

	@Test
	void beganWhenLaterThanTheThresholdWarnsOnceUntilOneBeginsInTime() {
		this.warning.began(THRESHOLD + 1);
		this.warning.began(THRESHOLD + 2);
		verifyWarned("An item of service 'polls' began PT2.000001S after its time: expected at most PT2S.");
		this.warning.began(THRESHOLD);
		this.warning.began(THRESHOLD);
		Mockito.verify(this.conditions).resolve(Mockito.anyString());
		Mockito.verifyNoMoreInteractions(this.conditions);
	}

	@Test
	void waitsWhenNoLongerThanTheThresholdNeitherWarnsNorResolves() {
		this.warning.waits(THRESHOLD);
		Mockito.verifyNoInteractions(this.conditions);
	}

	@Test
	void waitsWhenLongerThanTheThresholdWarnsUntilNoneIsDue() {
		this.warning.waits(THRESHOLD + 1);
		verifyWarned("An item of service 'polls' has not begun PT2.000001S after its time: expected at most PT2S.");
		this.warning.caughtUp();
		this.warning.caughtUp();
		Mockito.verify(this.conditions).resolve(Mockito.anyString());
		Mockito.verifyNoMoreInteractions(this.conditions);
	}

	private void verifyWarned(String text) {
		Mockito.verify(this.conditions).warning(Mockito.anyString(), Mockito.anyString(), Mockito.contains(text));
	}

}
