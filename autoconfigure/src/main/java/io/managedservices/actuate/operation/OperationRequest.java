// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

import io.managedservices.actuate.operation.ServiceOperationEvent.Outcome;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.NearestName;
import io.managedservices.monitor.ServiceAction;

/**
 * What somebody asks for, as it was sent. Immutable.
 *
 * @param action the name of the action, or {@code null} if there was none
 * @param service the name of the service
 * @param task the name of the task to queue, or {@code null} if there was none
 * @param dryRun {@code true}, {@code false}, or {@code null} for the latter
 * @param time for how long to hold off, or {@code null} if there was none
 * @param principal who asks
 */
public record OperationRequest(@Nullable String action, String service, @Nullable String task, @Nullable String dryRun,
		@Nullable String time, String principal) {

	/** The action that queues a task, which is no action on the service itself. */
	public static final String QUEUE = "queue";

	/** The action that keeps this instance from trying to get a lease. */
	public static final String HOLD_OFF = "hold-off";

	/** Who asks if that is not known. */
	public static final String ANONYMOUS = "anonymous";

	/** How much of a text that somebody has sent is told, in characters. */
	static final int MAX_TEXT = 200;

	private static final Duration LONGEST = Duration.ofDays(36500);

	/**
	 * Why this cannot be understood.
	 * @return what was expected and what was found, or {@code null} if it can be
	 */
	@Nullable String problem() {
		if (this.action == null) {
			return "The action is missing: expected one of " + actions();
		}
		if (this.time != null && !isHoldOff()) {
			return "for '%s' cannot be given to the action '%s': expected the action %s".formatted(shortened(this.time),
					shortened(this.action), HOLD_OFF);
		}
		if (isQueue()) {
			return problemOfQueue();
		}
		if (serviceAction() == null && !isHoldOff()) {
			return "Action '%s' does not exist: expected one of %s.%s".formatted(shortened(this.action), actions(),
					suggestion(this.action, actionNames()));
		}
		if (this.task != null) {
			return "Task '%s' cannot be given to the action '%s': expected the action %s"
				.formatted(shortened(this.task), this.action, QUEUE);
		}
		if (isHoldOff()) {
			return problemOfHoldOff();
		}
		if (this.dryRun == null || this.dryRun.equals("true") || this.dryRun.equals("false")) {
			return null;
		}
		return "dryRun '%s' is not known: expected one of true, false".formatted(shortened(this.dryRun));
	}

	private @Nullable String problemOfQueue() {
		if (this.task == null || this.task.isBlank()) {
			return "The task is missing: expected the name of a task of the service in the field task";
		}
		return problemOfDryRun(QUEUE);
	}

	private @Nullable String problemOfHoldOff() {
		if (this.time == null) {
			return "The time is missing: expected for how long in the field for, such as 10m, or 0s for no longer";
		}
		return (holdOff() != null) ? problemOfDryRun(HOLD_OFF)
				: "for '%s' is invalid: expected a duration such as 30s, 10m or 2h, from 0s to 36500d"
					.formatted(shortened(this.time));
	}

	private @Nullable String problemOfDryRun(String known) {
		return (this.dryRun == null || this.dryRun.equals("false")) ? null
				: "dryRun '%s' is not known to the action %s: expected false, or no such field, because it stops and starts nothing"
					.formatted(shortened(this.dryRun), known);
	}

	/**
	 * For how long to hold off.
	 * @return the duration, or {@code null} if it cannot be understood. A number without
	 * a unit cannot
	 */
	@Nullable Duration holdOff() {
		String text = (this.time != null) ? this.time.strip() : "";
		if (text.isEmpty() || text.length() > MAX_TEXT || Character.isDigit(text.charAt(text.length() - 1))) {
			return null;
		}
		try {
			Duration duration = DurationStyle.detectAndParse(text);
			return (duration.isNegative() || duration.compareTo(LONGEST) > 0) ? null : duration;
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			return null;
		}
	}

	private static String actions() {
		return String.join(", ", actionNames());
	}

	private static List<String> actionNames() {
		return Stream
			.concat(Arrays.stream(ServiceAction.values()).map(ServiceAction::toString), Stream.of(QUEUE, HOLD_OFF))
			.toList();
	}

	/**
	 * Suggests what was probably meant.
	 * @param found a name that does not exist
	 * @param known those that do
	 * @return a sentence that begins with a blank, empty if none is near
	 */
	public static String suggestion(String found, List<String> known) {
		String wanted = plain(found);
		String nearest = known.stream()
			.filter((name) -> plain(name).equals(wanted))
			.findFirst()
			.orElseGet(() -> NearestName.of(shortened(found), known));
		return (nearest != null) ? " Did you mean '" + nearest + "'?" : "";
	}

	private static String plain(String name) {
		return name.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
	}

	@Nullable ServiceAction serviceAction() {
		return Arrays.stream(ServiceAction.values())
			.filter((candidate) -> candidate.toString().equals(this.action))
			.findFirst()
			.orElse(null);
	}

	boolean isQueue() {
		return QUEUE.equals(this.action);
	}

	boolean isHoldOff() {
		return HOLD_OFF.equals(this.action);
	}

	boolean isDryRun() {
		return "true".equals(this.dryRun);
	}

	ServiceOperationEvent event(@Nullable String operation, Outcome outcome, @Nullable String message) {
		return new ServiceOperationEvent(
				new ServiceOperationEvent.Request((this.action != null) ? shortened(this.action) : "", serviceAction(),
						shortened(this.service), (this.task != null) ? shortened(this.task) : null, this.principal,
						isDryRun()),
				operation, outcome, message);
	}

	/**
	 * What is told of a text that somebody has sent.
	 * @param text the text
	 * @return the first {@value #MAX_TEXT} characters of it, fit for a line
	 */
	public static String shortened(String text) {
		return FailureText.line((text.length() <= MAX_TEXT) ? text : text.substring(0, MAX_TEXT) + "…");
	}

}
