// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ShutdownShare;

/**
 * Logs how the services quiesced, and what each has taken of the shutdown timeout when
 * that has passed. Immutable.
 */
final class ShutdownLines {

	private static final int MAX_NAMES = 20;

	private final Log logger;

	ShutdownLines(Log logger) {
		this.logger = logger;
	}

	void quiesced(LifecycleEvent.Quiesced quiesced) {
		List<ShutdownShare> shares = quiesced.shares();
		List<ShutdownShare> unfinished = shares.stream().filter((share) -> !share.quiesced()).toList();
		if (!unfinished.isEmpty()) {
			this.logger.warn("%d of %s did not quiesce: %s".formatted(unfinished.size(),
					StartSummary.count(shares.size(), "service", "services"), list(unfinished,
							(share) -> "%s after %s%s".formatted(name(share), text(share.quiesce()), status(share)))));
		}
		else if (!shares.isEmpty()) {
			List<ShutdownShare> telling = shares.stream().filter((share) -> !status(share).isEmpty()).toList();
			this.logger.info("Quiesced %s in %s%s".formatted(StartSummary.count(shares.size(), "service", "services"),
					text(quiesced.duration()),
					telling.isEmpty() ? "" : ": " + list(telling, (share) -> name(share) + status(share))));
		}
	}

	void timedOut(LifecycleEvent.ShutdownTimedOut timedOut) {
		this.logger.warn("The shutdown timeout of %s has passed (managed-services.shutdown.timeout). Time used: %s"
			.formatted(text(timedOut.timeout()), list(timedOut.shares(), ShutdownLines::describe)));
	}

	private static String describe(ShutdownShare share) {
		List<String> parts = new ArrayList<>();
		if (share.quiesce() != null) {
			parts.add("quiesce " + text(share.quiesce()) + (share.quiesced() ? "" : " (not finished)"));
		}
		parts.add((share.stop() != null) ? "stop " + text(share.stop()) : "not stopped yet");
		return "%s: %s, %s%s".formatted(name(share), String.join(", ", parts), share.service().state(), status(share));
	}

	private static String list(List<ShutdownShare> shares, Function<ShutdownShare, String> function) {
		String first = String.join("; ", shares.stream().limit(MAX_NAMES).map(function).toList());
		return (shares.size() > MAX_NAMES) ? first + "; and %d more".formatted(shares.size() - MAX_NAMES) : first;
	}

	private static String name(ShutdownShare share) {
		return share.service().name();
	}

	private static String status(ShutdownShare share) {
		String status = share.service().vitals().status();
		return (status != null) ? " (" + status + ")" : "";
	}

	private static String text(@Nullable Duration duration) {
		return HumanDuration.of((duration != null) ? duration : Duration.ZERO);
	}

}
