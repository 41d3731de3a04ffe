package io.managedservices.sample;

import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A poll that somebody wants to hold. Immutable.
 *
 * @param question what is asked
 * @param opensAt from when on it is open, {@code null} for at once
 * @param closesAt until when it is open
 */
record NewPoll(String question, @Nullable OffsetDateTime opensAt, OffsetDateTime closesAt) {

	NewPoll {
		Assert.hasText(question, "There is no question");
		Assert.notNull(closesAt, "There is no closesAt");
		Assert.isTrue(opensAt == null || opensAt.isBefore(closesAt), "It closes before it opens");
	}

}
