// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.managedservices.autoconfigure.settings.Setting.Group;
import io.managedservices.internal.text.NearestName;

/**
 * Finds the settings that were probably meant by a key: those with the least edit
 * distance (Levenshtein 1966) between the parts of their names, where it costs more to
 * add or remove a part than to correct one. Immutable.
 */
final class NearestSettings {

	private static final int MAX_SUGGESTIONS = 3;

	/** What it costs to add or remove a part. */
	private static final int LEVEL = 3;

	/** What it costs to take one part for another that is not like it. */
	private static final int OTHER = 2 * LEVEL;

	/** Stands for a name that the user gives. */
	private static final String NAME = "*";

	/** What other projects call a setting. */
	private static final Map<String, String> SYNONYMS = Map.of("enabled", "activation", "lazy", "activation",
			"optional", "required", "max-attempts", "max-retries", "attempts", "max-retries", "backoff", "delay");

	private final List<List<String>> templates = new ArrayList<>();

	NearestSettings(Group settings) {
		collect(settings, List.of());
	}

	private void collect(Setting setting, List<String> path) {
		if (!(setting instanceof Group group)) {
			this.templates.add(path);
			return;
		}
		group.children().forEach((name, child) -> collect(child, append(path, name)));
		if (group.named() != null) {
			collect(group.named(), append(path, NAME));
		}
	}

	private static List<String> append(List<String> path, String name) {
		List<String> longer = new ArrayList<>(path);
		longer.add(name);
		return longer;
	}

	/**
	 * Finds what was probably meant.
	 * @param elements what the key is made of
	 * @return the paths of the nearest settings, nearest first, at most three
	 */
	List<List<String>> of(List<String> elements) {
		List<Candidate> candidates = new ArrayList<>();
		for (List<String> template : this.templates) {
			candidates(template, elements).stream()
				.map((path) -> new Candidate(path, cost(elements, path)))
				.filter((candidate) -> candidate.cost() < OTHER + (isLastEqual(elements, candidate.path()) ? 1 : 0))
				.min(Comparator.comparingInt(Candidate::cost))
				.ifPresent(candidates::add);
		}
		candidates.sort(Comparator.comparingInt(Candidate::cost));
		return candidates.stream()
			.filter((candidate) -> candidate.cost() < candidates.get(0).cost() + LEVEL)
			.limit(MAX_SUGGESTIONS)
			.map(Candidate::path)
			.toList();
	}

	// Any part of the key may be the name.
	private static List<List<String>> candidates(List<String> template, List<String> elements) {
		if (!template.contains(NAME)) {
			return List.of(template);
		}
		return elements.stream()
			.map((element) -> template.stream().map((part) -> part.equals(NAME) ? element : part).toList())
			.toList();
	}

	private static boolean isLastEqual(List<String> elements, List<String> path) {
		return !elements.isEmpty() && Setting.uniform(elements.get(elements.size() - 1))
			.equals(Setting.uniform(path.get(path.size() - 1)));
	}

	private static int cost(List<String> elements, List<String> path) {
		if (Setting.uniform(String.join("", elements)).equals(Setting.uniform(String.join("", path)))) {
			return 1;
		}
		int[] row = new int[path.size() + 1];
		Arrays.setAll(row, (column) -> column * LEVEL);
		for (String element : elements) {
			int diagonal = row[0];
			row[0] += LEVEL;
			for (int column = 1; column < row.length; column++) {
				int corrected = diagonal + cost(element, path.get(column - 1));
				diagonal = row[column];
				row[column] = Math.min(corrected, Math.min(row[column], row[column - 1]) + LEVEL);
			}
		}
		return row[path.size()];
	}

	private static int cost(String found, String expected) {
		if (expected.equals(SYNONYMS.get(found))) {
			return 1;
		}
		String left = Setting.uniform(found);
		String right = Setting.uniform(expected);
		int distance = NearestName.distance(left, right);
		int cost = (2 * distance <= Math.max(left.length(), right.length())) ? Math.min(2 * distance, OTHER - 1)
				: OTHER;
		boolean part = words(found).containsAll(words(expected)) || words(expected).containsAll(words(found));
		return part ? Math.min(cost, 2) : cost;
	}

	private static Set<String> words(String name) {
		return new HashSet<>(List.of(name.split("-")));
	}

	private record Candidate(List<String> path, int cost) {

	}

}
