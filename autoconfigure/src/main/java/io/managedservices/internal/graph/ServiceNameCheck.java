// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.LineText;

/**
 * Refuses names by which a service could not be found again: in paths of the health
 * endpoint and of that of services, where servers and Spring Security let not everything
 * through. Used by one thread.
 */
final class ServiceNameCheck {

	private static final String ACTION = "Give the service another name: @ManagedService(name = \"…\"), the name of the ServiceRegistration, or the key of the gate.";

	private static final int LONGEST = 200;

	private final List<GraphProblem> problems;

	ServiceNameCheck(List<GraphProblem> problems) {
		this.problems = problems;
	}

	/**
	 * Checks the names of services.
	 * @param definitions all services
	 * @param known how many of them, the first ones, were checked before
	 * @param names their names
	 */
	void check(ServiceDefinition[] definitions, int known, NameIndex names) {
		for (int place = known; place < definitions.length; place++) {
			String reason = reason(definitions[place].name());
			if (reason != null) {
				add(definitions[place], reason);
			}
			else {
				checkBelow(definitions, place, 0, names);
			}
		}
		// Those that are known may stand below one that is not.
		for (int place = 0; known < definitions.length && place < known; place++) {
			checkBelow(definitions, place, known, names);
		}
	}

	// The health of a service cannot have that of another one below it.
	private void checkBelow(ServiceDefinition[] definitions, int place, int least, NameIndex names) {
		String name = definitions[place].name();
		for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
			int parent = names.indexOf(name.substring(0, slash));
			if (parent >= least) {
				add(definitions[place], "it would stand below service '%s' (%s)".formatted(definitions[parent].name(),
						definitions[parent].describe()));
			}
		}
	}

	private static @Nullable String reason(String name) {
		if (name.isBlank()) {
			return "it is blank";
		}
		if (!name.equals(name.strip())) {
			return "it begins or ends with white space";
		}
		if (name.length() > LONGEST) {
			return "it has %d characters, expected up to %d".formatted(name.length(), LONGEST);
		}
		if (name.codePoints().noneMatch(ServiceNameCheck::isVisible)) {
			return "it has no character that can be seen";
		}
		for (int index = 0; index < name.length(); index += Character.charCount(name.codePointAt(index))) {
			int character = name.codePointAt(index);
			if (isUnfit(character) && !isJoiner(name, index)) {
				return "it has the character U+%04X".formatted(character);
			}
		}
		return (name.indexOf('/') >= 0) ? reasonOfParts(List.of(name.split("/", -1))) : reasonOfPart(name);
	}

	private static @Nullable String reasonOfParts(List<String> parts) {
		if (parts.stream().anyMatch(String::isBlank)) {
			return "there is nothing before, after or between slashes";
		}
		return parts.stream().map(ServiceNameCheck::reasonOfPart).filter(Objects::nonNull).findFirst().orElse(null);
	}

	private static @Nullable String reasonOfPart(String part) {
		return (part.equals(".") || part.equals("..")) ? "a dot or two between slashes mean another path" : null;
	}

	// As Persian has them, and emoji: between letters that are not of ASCII.
	private static boolean isJoiner(String name, int index) {
		char character = name.charAt(index);
		return (character == '\u200c' || character == '\u200d') && index > 0 && index + 1 < name.length()
				&& name.charAt(index - 1) >= 0x80 && name.charAt(index + 1) >= 0x80;
	}

	private static boolean isUnfit(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE ->
				true;
			default -> "\\;%".indexOf(character) >= 0;
		};
	}

	// What is unfit is named below. The last two are a blank of Braille and one of
	// Hangul.
	private static boolean isVisible(int character) {
		return !Character.isSpaceChar(character) && character != 0x2800 && character != 0x3164;
	}

	private static String shown(String name) {
		return (name.length() > LONGEST) ? name.substring(0, LONGEST) + "…" : name;
	}

	private void add(ServiceDefinition definition, String reason) {
		this.problems.add(new GraphProblem(
				"The name '%s' of a service (%s) cannot be a path below /actuator/health and /actuator/managedservices: %s."
					.formatted(LineText.of(shown(definition.name())), definition.describe(), reason),
				ACTION));
	}

}
