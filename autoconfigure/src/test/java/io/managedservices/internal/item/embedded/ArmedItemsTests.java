// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.managedservices.internal.item.EpochMicros;
import io.managedservices.internal.item.embedded.ArmedItems.Item;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays random operations on {@link ArmedItems} beside a plain map.
 */
class ArmedItemsTests {

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
	void operationsWhenRandomMatchAMap(long seed) {
		Random random = new Random(seed);
		ArmedItems<Long> items = new ArmedItems<>();
		Map<Long, Long> armed = new HashMap<>();
		Map<Long, Item<Long>> inHand = new HashMap<>();
		// Few ids collide often; strides fill the table unevenly.
		long stride = 1L << random.nextInt(20);
		int ids = 1 + random.nextInt(300);
		for (int step = 0; step < 20_000; step++) {
			Long id = random.nextInt(ids) * stride;
			Item<Long> item = items.find(id);
			assertThat(item != null).as("seed %d, step %d", seed, step)
				.isEqualTo(armed.containsKey(id) || inHand.containsKey(id));
			switch (random.nextInt(7)) {
				case 0, 1 -> {
					long time = random.nextInt(1000);
					items.arm((item != null) ? item : items.add(id), time);
					inHand.remove(id);
					armed.put(id, time);
				}
				case 2 -> {
					if (item != null) {
						items.remove(item);
						armed.remove(id);
						inHand.remove(id);
					}
				}
				case 3 -> {
					if (item != null && !item.isInHand()) {
						items.disarm(item);
						armed.remove(id);
						inHand.put(id, item);
					}
				}
				case 4 -> {
					for (int count = random.nextInt(60); count > 0 && !armed.isEmpty(); count--) {
						Item<Long> taken = items.takeFirst();
						armed.remove(taken.id);
						items.remove(taken);
					}
				}
				default -> {
					long first = armed.values().stream().mapToLong(Long::longValue).min().orElse(EpochMicros.NEVER);
					assertThat(items.next()).as("seed %d, step %d", seed, step).isEqualTo(first);
					if (!armed.isEmpty()) {
						Item<Long> taken = items.takeFirst();
						assertThat(armed.remove(taken.id)).isEqualTo(first);
						inHand.put(taken.id, taken);
					}
				}
			}
			assertThat(items.armed()).isEqualTo(armed.size());
			assertThat(items.known()).isEqualTo(armed.size() + inHand.size());
			if (random.nextInt(8) == 0) {
				long added = ids * stride + step;
				armed.put(added, 0L);
				items.arm(items.add(added), 0);
			}
			long now = random.nextInt(1000);
			assertThat(items.due(now, 1000)).isEqualTo((int) armed.values().stream().filter((t) -> t <= now).count());
		}
	}

}
