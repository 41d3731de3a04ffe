// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NameIndex}.
 */
class NameIndexTests {

	@RepeatedTest(200)
	void indexOfWhenNamesAreRandomIsThatOfTheFirst(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		String[] names = new String[random.nextInt(80)];
		Map<String, Integer> expected = new HashMap<>();
		for (int place = 0; place < names.length; place++) {
			names[place] = name(random);
			expected.putIfAbsent(names[place], place);
		}
		NameIndex index = NameIndex.of(names);
		for (int lookup = 0; lookup < 200; lookup++) {
			String name = name(random);
			assertThat(index.indexOf(name)).as(name).isEqualTo(expected.getOrDefault(name, -1));
		}
	}

	@RepeatedTest(200)
	void renumberedWhenOrderIsRandomFindsEachNameAtItsNewPlace(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		String[] names = IntStream.range(0, 100).mapToObj((each) -> name(random)).distinct().toArray(String[]::new);
		List<Integer> shuffled = new ArrayList<>(IntStream.range(0, names.length).boxed().toList());
		Collections.shuffle(shuffled, random);
		int[] order = shuffled.stream().mapToInt(Integer::intValue).toArray();
		int[] numbers = new int[order.length];
		for (int number = 0; number < order.length; number++) {
			numbers[order[number]] = number;
		}
		NameIndex index = NameIndex.of(names).renumbered(order, numbers);
		for (int old = 0; old < names.length; old++) {
			assertThat(index.indexOf(names[old])).isEqualTo(numbers[old]);
			assertThat(index.names().get(numbers[old])).isEqualTo(names[old]);
		}
		assertThat(index.indexOf("none")).isEqualTo(-1);
	}

	@Test
	void indexOfWhenThereAreNoNamesFindsNone() {
		assertThat(NameIndex.of(new String[0]).indexOf("service")).isEqualTo(-1);
	}

	// "Aa" and "BB" have the same hash, and so have all that are put together from them.
	private static String name(Random random) {
		StringBuilder name = new StringBuilder();
		for (int part = random.nextInt(7); part >= 0; part--) {
			name.append((random.nextInt(3) > 0) ? random.nextBoolean() ? "Aa" : "BB" : random.nextInt(3));
		}
		return name.toString();
	}

}
