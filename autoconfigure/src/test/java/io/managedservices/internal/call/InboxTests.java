// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Inbox}.
 */
class InboxTests {

	private final Inbox<Note> inbox = new Inbox<>();

	@Test
	void addWhenIdleTellsToWorkAndWhileSomebodyWorksDoesNot() {
		assertThat(this.inbox.add(new Note(0, 0))).isTrue();
		assertThat(this.inbox.add(new Note(0, 1))).isFalse();
		assertThat(this.inbox.takeAll()).isNotNull();
		assertThat(this.inbox.add(new Note(0, 2))).isFalse();
		assertThat(this.inbox.takeAll()).isNotNull();
		assertThat(this.inbox.takeAll()).isNull();
		assertThat(this.inbox.add(new Note(0, 3))).isTrue();
	}

	@Test
	void takeAllReturnsOldestFirst() {
		this.inbox.add(new Note(0, 0));
		this.inbox.add(new Note(0, 1));
		Note second = new Note(0, 2);
		Note third = new Note(0, 3);
		third.putAfter(second);
		this.inbox.add(third, second);
		assertThat(values(this.inbox.takeAll())).containsExactly(0, 1, 2, 3);
	}

	@Test
	void nextTakesTheLinkAway() {
		this.inbox.add(new Note(0, 0));
		this.inbox.add(new Note(0, 1));
		Note first = this.inbox.takeAll();
		assertThat(first).isNotNull();
		assertThat(Inbox.next(first)).isNotNull();
		assertThat(Inbox.next(first)).isNull();
	}

	// Each thread adds, alone or as a chain, and works off what there is when told to.
	@Test
	@Timeout(60)
	void addWhenManyThreadsAddLosesNothingKeepsTheirOrderAndLetsOneWorkAtATime() throws InterruptedException {
		int threads = 4;
		int rounds = 50_000;
		int[] lastOf = new int[threads];
		AtomicInteger working = new AtomicInteger();
		AtomicInteger handled = new AtomicInteger();
		List<String> mistakes = new ArrayList<>();
		CountDownLatch ended = new CountDownLatch(threads);
		for (int number = 0; number < threads; number++) {
			int author = number;
			new Thread(() -> {
				for (int round = 0; round < rounds; round++) {
					Note first = new Note(author, 2 * round + 1);
					Note second = new Note(author, 2 * round + 2);
					second.putAfter(first);
					if (this.inbox.add(second, first)) {
						workOff(lastOf, working, handled, mistakes);
					}
				}
				ended.countDown();
			}).start();
		}
		assertThat(ended.await(50, TimeUnit.SECONDS)).isTrue();
		assertThat(mistakes).isEmpty();
		assertThat(handled).hasValue(2 * threads * rounds);
		assertThat(this.inbox.add(new Note(0, 0))).isTrue();
	}

	// Confined to the inbox: without its order these plain writes would get lost.
	private void workOff(int[] lastOf, AtomicInteger working, AtomicInteger handled, List<String> mistakes) {
		if (working.getAndIncrement() != 0) {
			mistakes.add("Two work at a time");
		}
		Note note = this.inbox.takeAll();
		while (note != null) {
			if (note.number != lastOf[note.author] + 1) {
				mistakes.add("%d after %d".formatted(note.number, lastOf[note.author]));
			}
			lastOf[note.author] = note.number;
			handled.incrementAndGet();
			Note next = Inbox.next(note);
			if (next == null) {
				// Before it may become idle, so that whoever finds it idle finds nobody.
				working.decrementAndGet();
				next = this.inbox.takeAll();
				if (next != null) {
					working.incrementAndGet();
				}
			}
			note = next;
		}
	}

	private static List<Integer> values(@Nullable Note first) {
		List<Integer> values = new ArrayList<>();
		for (Note note = first; note != null; note = Inbox.next(note)) {
			values.add(note.number);
		}
		return values;
	}

	private static final class Note extends Inbox.Item {

		private final int author;

		private final int number;

		Note(int author, int number) {
			this.author = author;
			this.number = number;
		}

	}

}
