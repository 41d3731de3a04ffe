// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.managedservices.actuate.operation.ServiceOperationEvent.Outcome;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.NearestName;
import io.managedservices.monitor.ServiceAction;

/**
 * What somebody asks for, as it was sent. Immutable.
 *
 * @param action the name of the action, or {@code null} if there was none
 * @param service the name of the service
 * @param dryRun {@code true}, {@code false}, or {@code null} for the latter
 * @param principal who asks
 */
public record OperationRequest(@Nullable String action, String service, @Nullable String dryRun, String principal) {

	/** Who asks if that is not known. */
	public static final String ANONYMOUS = "anonymous";

	/** How much of a text that somebody has sent is told, in characters. */
	static final int MAX_TEXT = 200;

	/**
	 * Why this cannot be understood.
	 * @return what was expected and what was found, or {@code null} if it can be
	 */
	@Nullable String problem() {
		if (this.action == null) {
			return "The action is missing: expected one of " + actions();
		}
		if (serviceAction() == null) {
			return "Action '%s' does not exist: expected one of %s.%s".formatted(shortened(this.action), actions(),
					suggestion(this.action, actionNames()));
		}
		if (this.dryRun == null || this.dryRun.equals("true") || this.dryRun.equals("false")) {
			return null;
		}
		return "dryRun '%s' is not known: expected one of true, false".formatted(shortened(this.dryRun));
	}

	private static String actions() {
		return String.join(", ", actionNames());
	}

	private static List<String> actionNames() {
		return Arrays.stream(ServiceAction.values()).map(ServiceAction::toString).toList();
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

	boolean isDryRun() {
		return "true".equals(this.dryRun);
	}

	ServiceOperationEvent event(@Nullable String operation, Outcome outcome, @Nullable String message) {
		return new ServiceOperationEvent((this.action != null) ? shortened(this.action) : "", serviceAction(),
				shortened(this.service), this.principal, isDryRun(), operation, outcome, message);
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
