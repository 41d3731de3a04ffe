// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentMatchers;

import io.managedservices.internal.line.RepeatedLog.Level;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RepeatedLog}.
 */
class RepeatedLogTests {

	private static final IllegalStateException FAILURE = new IllegalStateException("refused");

	private final AtomicLong time = new AtomicLong();

	private final List<String> lines = new ArrayList<>();

	private final RepeatedLog log = new RepeatedLog(log(), this.time::get);

	@Test
	void writeWhenItHappensOnceIsOneLineWithStack() {
		fail("hook", "refused");
		this.log.end();
		assertThat(this.lines).containsExactly("ERROR hook failed + stack");
	}

	@Test
	void writeWhenItHappensVeryOftenIsAFewLinesThatLoseNothing() {
		for (int count = 0; count < 20_000; count++) {
			fail("hook", "refused");
			pass(Duration.ofMillis(1));
		}
		this.log.end();
		assertThat(this.lines).containsExactly("ERROR hook failed + stack",
				"ERROR hook failed: refused (1,000 times in the last second)",
				"ERROR hook failed: refused (2,000 times in the last 2 s)",
				"ERROR hook failed: refused (4,000 times in the last 4 s)",
				"ERROR hook failed: refused (8,000 times in the last 8 s)",
				"ERROR hook failed: refused (20,000 times within 20 s in all)");
	}

	@Test
	void writeWhenItChangesIsANewLine() {
		fail("hook", "refused");
		fail("hook", "refused");
		fail("hook", "reset");
		fail("hook", "refused");
		fail("hook", "reset");
		assertThat(this.lines).containsExactly("ERROR hook failed + stack",
				"ERROR hook failed (2 times in the last second) + stack");
	}

	@Test
	void writeWhenEachIsDifferentIsBounded() {
		for (int count = 0; count < 1000; count++) {
			fail("hook", "number " + count);
		}
		assertThat(this.lines).hasSize(100);
		assertThat(this.lines).filteredOn((line) -> line.endsWith("stack")).hasSize(8);
		this.log.end();
		assertThat(this.lines).last().isEqualTo("ERROR hook failed: number 999 (1,000 times within 1 s in all)");
	}

	@Test
	void writeWhenItHappensToOtherThingIsALine() {
		fail("hook", "refused");
		fail("task", "refused");
		assertThat(this.lines).containsExactly("ERROR hook failed + stack", "ERROR task failed + stack");
	}

	@Test
	void writeWhenItHappensSeldomIsALineEachTime() {
		for (int count = 0; count < 10; count++) {
			fail("hook", "refused");
			pass(Duration.ofMinutes(6));
		}
		this.log.end();
		assertThat(this.lines).hasSize(10).containsOnly("ERROR hook failed + stack");
	}

	@Test
	void writeWhenThingsAreManyForgetsTheOldest() {
		for (int count = 0; count < 3000; count++) {
			fail("task " + count, "refused");
			fail("task " + count, "refused");
		}
		assertThat(this.lines).filteredOn((line) -> line.endsWith("in all)")).hasSize(2000);
	}

	@Test
	void writeWhenNamesOfGroupAreManyGivesThoseBeyondEightLinesInCommon() {
		for (int count = 1; count <= 5000; count++) {
			failOneOf("task", "order-" + count, "refused");
		}
		assertThat(this.lines).hasSize(9)
			.startsWith("ERROR order-1 failed + stack")
			.endsWith("ERROR order-9 failed + stack");
		pass(Duration.ofSeconds(1));
		failOneOf("task", "order-5001", "refused");
		failOneOf("task", "order-5002", "reset");
		this.log.end();
		assertThat(this.lines).hasSize(12)
			.endsWith("ERROR order-5001 failed: refused (4,992 times with others in the last second)",
					"ERROR order-5002 failed + stack",
					"ERROR order-5002 failed: reset (4,994 times with others within 1 s in all)");
	}

	@Test
	void writeWhenOthersOfGroupAreOverHasLineOfItsOwn() {
		for (int count = 1; count <= 20; count++) {
			failOneOf("task", "order-" + count, "refused");
		}
		pass(Duration.ofMinutes(6));
		this.log.look();
		this.lines.clear();
		for (int count = 1; count <= 8; count++) {
			failOneOf("task", "mail-" + count, "refused");
			failOneOf("task", "mail-" + count, "refused");
		}
		failOneOf("worker", "inbox", "refused");
		this.log.end();
		assertThat(this.lines).hasSize(17)
			.contains("ERROR mail-8 failed + stack", "ERROR inbox failed + stack",
					"ERROR mail-8 failed: refused (2 times within 1 s in all)");
	}

	@Test
	void lookWhenItHasCeasedWritesTheRestAndSumsUp() {
		fail("hook", "refused");
		fail("hook", "refused");
		fail("hook", "refused");
		this.log.look();
		pass(Duration.ofSeconds(1));
		this.log.look();
		this.log.look();
		assertThat(this.lines).containsExactly("ERROR hook failed + stack",
				"ERROR hook failed: refused (2 times in the last second)");
		pass(Duration.ofMinutes(5));
		this.log.look();
		this.log.end();
		assertThat(this.lines).hasSize(3).last().isEqualTo("ERROR hook failed: refused (3 times within 1 s in all)");
	}

	@Test
	void writeWhenThereIsNoFailureHasTheText() {
		this.log.write(Level.INFO, "a", null, () -> "well", null);
		this.log.write(Level.WARN, "a", null, () -> "well", null);
		pass(Duration.ofMinutes(2));
		this.log.write(Level.WARN, "a", null, () -> "well", null);
		assertThat(this.lines).containsExactly("INFO well", "WARN well (2 times in the last 2 min)");
	}

	private void fail(String thing, String text) {
		this.log.write(Level.ERROR, thing, text, () -> thing + " failed", FAILURE);
	}

	private void failOneOf(String group, String name, String text) {
		this.log.write(Level.ERROR, group, name, text, () -> name + " failed", FAILURE);
	}

	private void pass(Duration duration) {
		this.time.addAndGet(duration.toNanos());
	}

	private Log log() {
		Log log = mock(Log.class);
		willAnswer((call) -> this.lines.add("INFO " + call.getArgument(0))).given(log).info(ArgumentMatchers.any());
		willAnswer((call) -> this.lines.add("WARN " + call.getArgument(0))).given(log).warn(ArgumentMatchers.any());
		willAnswer((call) -> this.lines.add("ERROR " + call.getArgument(0))).given(log).error(ArgumentMatchers.any());
		willAnswer((call) -> this.lines.add("ERROR " + call.getArgument(0) + " + stack")).given(log)
			.error(ArgumentMatchers.any(), ArgumentMatchers.any());
		return log;
	}

}
