// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.sanitize.FailureWords;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;

/**
 * Remembers the episodes of the last hour, {@value #MAX_EPISODES} at most. Safe for use
 * by several threads.
 *
 * @since 0.1.0
 */
public final class EpisodeRecorder implements LifecycleListener {

	/**
	 * How many episodes are remembered at most.
	 */
	public static final int MAX_EPISODES = 100;

	private static final Duration KEPT = Duration.ofHours(1);

	private final InstantSource time;

	private final List<Entry> entries = new ArrayList<>();

	/**
	 * Create a recorder.
	 * @param time the wall clock
	 */
	public EpisodeRecorder(InstantSource time) {
		this.time = time;
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public synchronized void onEvent(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.EpisodeOpened opened) {
			if (this.entries.size() >= MAX_EPISODES) {
				this.entries.remove(0);
			}
			this.entries
				.add(new Entry(opened.service().name(), this.time.instant(), FailureWords.of(opened.cause()), null));
		}
		else if (event instanceof LifecycleEvent.EpisodeClosed closed) {
			this.entries.replaceAll((entry) -> (entry.closed == null && entry.root.equals(closed.root()))
					? new Entry(entry.root, entry.began, entry.cause, closed) : entry);
		}
	}

	/**
	 * The episodes that go on, or have ended within the last hour.
	 * @param sanitizer what is shown of texts of others
	 * @return the episodes, the newest first
	 */
	public synchronized List<EpisodeDescriptor> lastHour(TextSanitizer sanitizer) {
		Instant earliest = this.time.instant().minus(KEPT);
		this.entries.removeIf((entry) -> entry.endedBefore(earliest));
		List<EpisodeDescriptor> shown = new ArrayList<>();
		this.entries.forEach((entry) -> shown.add(0, entry.shown(sanitizer)));
		return shown;
	}

	/**
	 * An episode. Immutable.
	 *
	 * @param root the service that failed first
	 * @param began when
	 * @param cause why, in words
	 * @param closed its end, or {@code null}
	 */
	private record Entry(String root, Instant began, FailureWords cause,
			LifecycleEvent.@Nullable EpisodeClosed closed) {

		boolean endedBefore(Instant earliest) {
			return this.closed != null && this.began.plus(this.closed.duration()).isBefore(earliest);
		}

		EpisodeDescriptor shown(TextSanitizer sanitizer) {
			String words = sanitizer.words(this.root, "failure", this.cause);
			return (this.closed == null) ? new EpisodeDescriptor(this.root, this.began, words, null, null, null)
					: new EpisodeDescriptor(this.root, this.began, words, this.closed.duration().toMillis(),
							this.closed.affected(), this.closed.down());
		}

	}

}
