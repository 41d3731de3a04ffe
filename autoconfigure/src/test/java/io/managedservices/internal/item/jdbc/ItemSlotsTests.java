// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ItemSlots}.
 */
class ItemSlotsTests {

	@Test
	void takeToPickTakesNoMoreThanAreFree() {
		ItemSlots slots = new ItemSlots(3);
		assertThat(slots.takeToPick(2)).isEqualTo(2);
		assertThat(slots.takeToPick(2)).isOne();
		assertThat(slots.takeToPick(2)).isZero();
		assertThat(slots.taken()).isEqualTo(3);
		slots.picked(2, 1);
		assertThat(slots.taken()).isEqualTo(2);
		assertThat(slots.takeToPick(2)).isOne();
	}

	@Test
	void takeToAskTakesOneThatIsFree() {
		ItemSlots slots = new ItemSlots(2);
		assertThat(slots.takeToAsk()).isTrue();
		assertThat(slots.takeToPick(2)).isOne();
		assertThat(slots.taken()).isEqualTo(2);
		slots.asked();
		assertThat(slots.taken()).isOne();
	}

	@Test
	void takeToAskAfterItWasAskedWaitsUntilItemsWerePicked() {
		ItemSlots slots = new ItemSlots(1);
		assertThat(slots.takeToAsk()).isTrue();
		slots.asked();
		assertThat(slots.takeToAsk()).isFalse();
		assertThat(slots.takeToPick(1)).isOne();
		slots.picked(1, 0);
		assertThat(slots.takeToAsk()).isTrue();
	}

	@Test
	void takeToPickWhileSomebodyWaitsToAskTakesNone() {
		ItemSlots slots = new ItemSlots(1);
		assertThat(slots.takeToPick(1)).isOne();
		slots.picked(1, 1);
		assertThat(slots.takeToAsk()).isFalse();
		assertThat(slots.done()).as("more is picked").isFalse();
		assertThat(slots.takeToPick(1)).isZero();
		assertThat(slots.takeToAsk()).isTrue();
		slots.asked();
		assertThat(slots.takeToPick(1)).isOne();
	}

	@Test
	void takeToPickWhenItIsNotTheTurnOfWhoeverAsksTakesAll() {
		ItemSlots slots = new ItemSlots(2);
		assertThat(slots.takeToAsk()).isTrue();
		slots.asked();
		assertThat(slots.takeToAsk()).isFalse();
		assertThat(slots.takeToPick(2)).isEqualTo(2);
	}

	@Test
	void doneTellsToPickMoreWhenHalfOfTheSlotsAreFree() {
		ItemSlots slots = new ItemSlots(4);
		assertThat(slots.takeToPick(4)).isEqualTo(4);
		slots.picked(4, 4);
		assertThat(slots.done()).isFalse();
		assertThat(slots.done()).isTrue();
		assertThat(slots.taken()).isEqualTo(2);
	}

	@Test
	void doneWhenNotAllSlotsWereUsedDoesNotTellToPickMore() {
		ItemSlots slots = new ItemSlots(4);
		assertThat(slots.takeToPick(4)).isEqualTo(4);
		slots.picked(4, 3);
		for (int item = 0; item < 3; item++) {
			assertThat(slots.done()).isFalse();
		}
	}

}
