// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What buffers know of their letters, compared with a look at all of them.
 */
@SuppressWarnings("NullAway") // letters that nobody delivers
class LetterBufferTests {

	private final Random random = new Random(7);

	private final LetterList list = new LetterList();

	private final List<Letter> letters = new ArrayList<>();

	private final List<LetterBuffer> buffers = List.of(new LetterBuffer(1), new LetterBuffer(5), new LetterBuffer(20));

	@Test
	void oldestIsThatOfABufferWhateverComesAndGoes() {
		for (int step = 0; step < 20_000; step++) {
			step();
			this.buffers.forEach(this::check);
		}
	}

	private void step() {
		int choice = this.random.nextInt(5);
		if (choice < 2 && !this.letters.isEmpty()) {
			boolean first = this.random.nextBoolean();
			this.list.remove(this.letters.remove(first ? 0 : this.random.nextInt(this.letters.size())));
		}
		else if (this.letters.size() < 40) {
			Letter letter = new Letter(null, new Hook[0], this.buffers.get(this.random.nextInt(3)),
					this.random.nextInt(4) != 0);
			if (choice == 2) {
				this.list.addFirst(letter);
				this.letters.add(0, letter);
			}
			else {
				this.list.addLast(letter);
				this.letters.add(letter);
			}
		}
	}

	private void check(LetterBuffer buffer) {
		List<Letter> own = this.letters.stream().filter((letter) -> letter.buffer == buffer).toList();
		int bound = List.of(1, 5, 20).get(this.buffers.indexOf(buffer));
		assertThat(buffer.isFull()).isEqualTo(own.size() >= bound);
		assertThat(buffer.isOverfull()).isEqualTo(own.size() > bound);
		assertThat(buffer.oldest())
			.isSameAs(own.stream().filter((letter) -> letter.droppable).findFirst().orElse(null));
	}

}
