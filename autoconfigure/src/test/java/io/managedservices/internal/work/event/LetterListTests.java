// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What buffers know of their letters, compared with a look at all of them.
 */
@SuppressWarnings("NullAway") // letters that nobody delivers
class LetterListTests {

	private final Random random = new Random(7);

	private final Outbox source = Mockito.mock(Outbox.class);

	private final LetterList list = new LetterList();

	private final List<Letter> letters = new ArrayList<>();

	/** How many of them were looked at. */
	private int seen;

	private final List<LetterBuffer> buffers = List.of(new LetterBuffer(1), new LetterBuffer(5), new LetterBuffer(20));

	@Test
	void takeOldestWhateverComesAndGoesIsThatOfTheBuffer() {
		for (int step = 0; step < 20_000; step++) {
			step();
			this.buffers.forEach(this::check);
			assertThat(this.list.size()).isEqualTo(this.letters.size());
			assertThat(this.list.unseen())
				.isSameAs((this.seen < this.letters.size()) ? this.letters.get(this.seen) : null);
		}
	}

	private void step() {
		switch (this.random.nextInt(7)) {
			case 0 -> {
				Letter next = this.list.unseen();
				if (next != null) {
					this.list.takeUnseen();
					this.letters.remove(next);
				}
			}
			case 1 -> {
				if (this.list.unseen() != null) {
					this.list.passUnseen();
					this.seen++;
				}
			}
			case 2 -> {
				this.list.lookAgain();
				this.seen = 0;
			}
			case 3 -> takeOldest(this.buffers.get(this.random.nextInt(3)));
			case 4 -> {
				int nth = this.random.nextInt(4);
				this.list.removeIf((letter) -> this.letters.indexOf(letter) == nth);
				if (nth < this.letters.size()) {
					remove(nth);
				}
			}
			default -> add();
		}
	}

	private void takeOldest(LetterBuffer buffer) {
		Letter expected = this.letters.stream()
			.filter((letter) -> letter.buffer == buffer && letter.droppable != null)
			.findFirst()
			.orElse(null);
		assertThat(this.list.takeOldest(buffer)).isSameAs(expected);
		if (expected != null) {
			remove(this.letters.indexOf(expected));
		}
	}

	private void remove(int nth) {
		this.letters.remove(nth);
		this.seen -= (nth < this.seen) ? 1 : 0;
	}

	private void add() {
		if (this.letters.size() >= 40) {
			return;
		}
		Emission injected = new Emission(this.source, null, "event", String.class, EventContexts.NONE);
		Letter letter = new Letter(injected, new Hook[0], this.buffers.get(this.random.nextInt(3)),
				this.random.nextInt(4) != 0);
		if (this.random.nextInt(3) == 0) {
			this.list.addFirst(letter);
			this.letters.add(0, letter);
			this.seen = 0;
		}
		else {
			this.list.addLast(letter);
			this.letters.add(letter);
		}
	}

	private void check(LetterBuffer buffer) {
		List<Letter> own = this.letters.stream().filter((letter) -> letter.buffer == buffer).toList();
		int bound = List.of(1, 5, 20).get(this.buffers.indexOf(buffer));
		assertThat(buffer.isFull()).isEqualTo(own.size() >= bound);
		assertThat(buffer.isOverfull()).isEqualTo(own.size() > bound);
		assertThat(buffer.oldestDroppable())
			.isSameAs(own.stream().filter((letter) -> letter.droppable != null).findFirst().orElse(null));
	}

}
