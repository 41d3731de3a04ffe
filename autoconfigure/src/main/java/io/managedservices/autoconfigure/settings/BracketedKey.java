// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts those parts of a key into brackets of which Spring would drop characters: outside
 * of brackets it takes letters of ASCII, digits, dashes and underscores only. Stateless.
 */
final class BracketedKey {

	private static final Pattern PART = Pattern.compile("\\[(?:[^\\[\\]]|\\[[^]]*])*]|[^.\\[]+");

	private static final Pattern TAKEN = Pattern.compile("[\\w-]*");

	private BracketedKey() {
	}

	/**
	 * A key as it has to be written.
	 * @param written the key as it was written
	 * @return the same if nothing of it is dropped
	 */
	static String of(String written) {
		StringBuilder key = new StringBuilder();
		int end = 0;
		Matcher parts = PART.matcher(written);
		while (parts.find()) {
			String part = parts.group();
			if (part.startsWith("[") || TAKEN.matcher(part).matches()) {
				key.append(written, end, parts.end());
			}
			else {
				key.append(written, end, Math.max(end, parts.start() - 1)).append('[').append(part).append(']');
			}
			end = parts.end();
		}
		return key.append(written, end, written.length()).toString();
	}

}
