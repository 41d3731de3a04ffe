// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.managedservices.ScriptedServices;
import io.managedservices.Shown;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.monitor.LifecycleEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EpisodeRecorder}.
 */
class EpisodeRecorderTests {

	private final ScriptedServices services = new ScriptedServices().required("database").required("mail");

	private Instant now = Instant.parse("2026-11-30T12:00:00Z");

	private final EpisodeRecorder recorder = new EpisodeRecorder(() -> this.now);

	@Test
	void lastHourTellsOfEpisodesNewestFirst() {
		Instant first = this.now;
		open("database");
		this.now = this.now.plusSeconds(10);
		open("mail");
		close("database", Duration.ofSeconds(30), List.of("database", "pollBook"), List.of("pollBook"));
		assertThat(this.recorder.lastHour(Shown.TEXTS)).containsExactly(
				new EpisodeDescriptor("mail", this.now, "java.lang.IllegalStateException: refused", null, null, null),
				new EpisodeDescriptor("database", first, "java.lang.IllegalStateException: refused", 30_000L,
						List.of("database", "pollBook"), List.of("pollBook")));
		assertThat(this.recorder.lastHour(TextSanitizer.HIDING)).extracting(EpisodeDescriptor::cause)
			.containsOnly("java.lang.IllegalStateException: ******");
	}

	@Test
	void lastHourForgetsWhatEndedBefore() {
		open("database");
		open("mail");
		close("database", Duration.ofMinutes(1), List.of("database"), List.of());
		this.now = this.now.plus(Duration.ofMinutes(61));
		assertThat(this.recorder.lastHour(Shown.TEXTS)).hasSize(2);
		this.now = this.now.plusSeconds(1);
		assertThat(this.recorder.lastHour(Shown.TEXTS)).extracting(EpisodeDescriptor::root)
			.as("one that goes on stays")
			.containsExactly("mail");
	}

	@Test
	void onEventWhenThereAreManyForgetsTheOldest() {
		open("database");
		for (int number = 0; number < EpisodeRecorder.MAX_EPISODES; number++) {
			open("mail");
		}
		assertThat(this.recorder.lastHour(Shown.TEXTS)).hasSize(EpisodeRecorder.MAX_EPISODES)
			.extracting(EpisodeDescriptor::root)
			.containsOnly("mail");
	}

	private void open(String root) {
		this.recorder.onEvent(
				new LifecycleEvent.EpisodeOpened(this.services.snapshot(root), new IllegalStateException("refused")));
	}

	private void close(String root, Duration took, List<String> affected, List<String> down) {
		this.recorder.onEvent(
				new LifecycleEvent.EpisodeClosed(root, new IllegalStateException("refused"), took, affected, down));
	}

}
