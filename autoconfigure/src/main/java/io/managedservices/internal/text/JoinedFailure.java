// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.managedservices.state.ServiceException;

/**
 * Makes one failure of those of several services that could not be stopped. Stateless.
 *
 * @since 0.1.0
 */
public final class JoinedFailure {

	private static final int MAX_NAMES = 20;

	private JoinedFailure() {
	}

	/**
	 * Joins failures.
	 * @param failures those of services that could not be stopped
	 * @return the only one, or one whose message has those of all and that has suppressed
	 * them, or {@code null} if there are none
	 */
	public static @Nullable ServiceException of(List<ServiceException> failures) {
		if (failures.size() < 2) {
			return failures.isEmpty() ? null : failures.get(0);
		}
		String texts = failures.stream()
			.limit(MAX_NAMES)
			.map((failure) -> String.valueOf(failure.getMessage()))
			.collect(Collectors.joining("\n"));
		String more = (failures.size() > MAX_NAMES) ? "\nand %d more".formatted(failures.size() - MAX_NAMES) : "";
		ServiceException joined = new ServiceException(null,
				"%d services could not be stopped:\n%s%s".formatted(failures.size(), texts, more), null);
		failures.forEach(joined::addSuppressed);
		return joined;
	}

}
