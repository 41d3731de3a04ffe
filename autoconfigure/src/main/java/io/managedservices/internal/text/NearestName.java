// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import java.util.Collection;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Finds the name that was probably meant: the one with the least edit distance
 * (Levenshtein 1966), if that is at most a third of the name's length, or one, and no
 * more than half of either name, case ignored. Stateless.
 *
 * @since 0.1.0
 */
public final class NearestName {

	private NearestName() {
	}

	/**
	 * Finds the name that was probably meant.
	 * @param name a name that does not exist
	 * @param candidates the names that do
	 * @return the nearest of them, or {@code null} if none is near
	 */
	public static @Nullable String of(String name, Collection<String> candidates) {
		String wanted = name.toLowerCase(Locale.ROOT);
		int best = Math.max(1, name.length() / 3) + 1;
		String nearest = null;
		for (String candidate : candidates) {
			if (Math.abs(candidate.length() - name.length()) < best) {
				int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
				if (distance < best && 2 * distance <= Math.min(candidate.length(), name.length())) {
					best = distance;
					nearest = candidate;
				}
			}
		}
		return nearest;
	}

	/**
	 * The edit distance of two texts.
	 * @param left one of them
	 * @param right the other
	 * @return how many characters have to be added, removed or replaced
	 */
	public static int distance(String left, String right) {
		int[] row = new int[right.length() + 1];
		for (int column = 0; column <= right.length(); column++) {
			row[column] = column;
		}
		for (int line = 1; line <= left.length(); line++) {
			int diagonal = row[0];
			row[0] = line;
			for (int column = 1; column <= right.length(); column++) {
				int substituted = diagonal + ((left.charAt(line - 1) != right.charAt(column - 1)) ? 1 : 0);
				diagonal = row[column];
				row[column] = Math.min(substituted, Math.min(row[column], row[column - 1]) + 1);
			}
		}
		return row[right.length()];
	}

}
