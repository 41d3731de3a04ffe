// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IndexSet}.
 */
class IndexSetTests {

	@RepeatedTest(100)
	void setWhenChangedAtRandomBehavesLikeLinkedHashSet(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		int capacity = 1 + random.nextInt(30);
		IndexSet set = new IndexSet(capacity);
		Set<Integer> expected = new LinkedHashSet<>();
		for (int step = 0; step < 200; step++) {
			int index = random.nextInt(capacity);
			boolean member = random.nextBoolean();
			boolean changed = member ? expected.add(index) : expected.remove(index);
			assertThat(set.set(index, member)).isEqualTo(changed);
			assertThat(set.size()).isEqualTo(expected.size());
			assertThat(set.first(5, (each) -> each)).isEqualTo(expected.stream().limit(5).toList());
		}
	}

}
