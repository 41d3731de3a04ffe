// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.time.Duration;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * What a short piece of work is called, and how long it may wait for a slot. Immutable:
 * to be kept in a constant.
 *
 * @param name its name, for people
 * @param priority its priority
 * @param maxDelay how long it waits at most, then it begins whether there is a slot or
 * not; {@code null} for what is configured for its priority
 * @since 0.1.0
 */
public record MicroTask(String name, Priority priority, @Nullable Duration maxDelay) {

	/**
	 * Checks that it has a name and a priority, and that it waits for no negative time.
	 */
	public MicroTask {
		if (name == null) {
			throw new IllegalArgumentException("The name of a micro-task is required: found 'null'");
		}
		if (name.isBlank()) {
			throw new IllegalArgumentException(
					"The name of a micro-task is blank: expected at least one visible character, found '%s'"
						.formatted(name));
		}
		if (priority == null) {
			throw new IllegalArgumentException(
					"The priority of micro-task '%s' is required: expected one of %s, found 'null'".formatted(name,
							Arrays.toString(Priority.values())));
		}
		if (maxDelay != null && maxDelay.isNegative()) {
			throw new IllegalArgumentException(
					"The max delay of micro-task '%s' is negative: expected 0 or more, found %s".formatted(name,
							maxDelay));
		}
	}

	/**
	 * A micro-task that begins at once.
	 * @param name its name
	 * @return the micro-task
	 */
	public static MicroTask high(String name) {
		return new MicroTask(name, Priority.HIGH, null);
	}

	/**
	 * A micro-task that waits for a free slot.
	 * @param name its name
	 * @return the micro-task
	 */
	public static MicroTask medium(String name) {
		return new MicroTask(name, Priority.MEDIUM, null);
	}

	/**
	 * A micro-task that waits for a free slot, and while any of medium priority does.
	 * @param name its name
	 * @return the micro-task
	 */
	public static MicroTask low(String name) {
		return new MicroTask(name, Priority.LOW, null);
	}

	/**
	 * The same with another longest wait.
	 * @param delay how long it waits at most, 0 or more
	 * @return the micro-task
	 */
	public MicroTask withMaxDelay(Duration delay) {
		return new MicroTask(this.name, this.priority, delay);
	}

	/**
	 * Which micro-task comes first.
	 */
	public enum Priority {

		/** Begins at once. */
		HIGH,

		/** Waits for a free slot. */
		MEDIUM,

		/** Waits for a free slot that none of medium priority waits for. */
		LOW

	}

}
