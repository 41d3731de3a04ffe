// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ExitCodeGenerator;

import io.managedservices.internal.line.Guarded;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;

/**
 * Not all required services run at the end of the start, and so the application does not
 * start: which services are the reason, and which wait for them. Its exit code is that of
 * a service that failed with an {@link ExitCodeGenerator}, else that of
 * {@link ServicesExitCode#START_FAILED}, or 1 if the start was cancelled. Immutable.
 *
 * @since 0.1.0
 */
public final class ServicesStartException extends ServiceException implements ExitCodeGenerator {

	private static final int MAX_CAUSES = 20;

	private final List<RootCause> rootCauses;

	ServicesStartException(@Nullable String service, String message, @Nullable Throwable cause,
			List<RootCause> rootCauses) {
		super(service, message, cause);
		this.rootCauses = List.copyOf(rootCauses);
	}

	/**
	 * The services that are the reason, as they were when the start ended.
	 * @return the first of them; empty if the start was cancelled
	 */
	public List<RootCause> getRootCauses() {
		return this.rootCauses;
	}

	@Override
	public int getExitCode() {
		return this.rootCauses.stream()
			.map((cause) -> exitCode(cause.service().failure()))
			.filter((code) -> code != 0)
			.findFirst()
			.orElse(this.rootCauses.isEmpty() ? 1 : ServicesExitCode.START_FAILED.getExitCode());
	}

	private static int exitCode(@Nullable Throwable failure) {
		Throwable current = failure;
		for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
			if (current instanceof ExitCodeGenerator generator) {
				return generator.getExitCode();
			}
			current = Guarded.cause(current);
		}
		return 0;
	}

	/**
	 * A service that does not run for a reason of its own.
	 *
	 * @param service the service
	 * @param chains from required services that wait for it down to it, by name; not all
	 */
	public record RootCause(ServiceSnapshot service, List<List<String>> chains) {

	}

}
