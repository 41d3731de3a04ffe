// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

/**
 * Makes texts of others fit for a line of a log, a label, the name of a thread or a
 * string of JSON: what would end the line, steer a terminal, turn the direction of
 * writing, or cannot be encoded, is written as an escape such as {@code \n} or
 * {@code \u001b}. Letters of all scripts stay as they are. Stateless.
 *
 * @since 0.1.0
 */
public final class LineText {

	/** Longer texts are cut, in characters. */
	static final int MAX_LENGTH = 10_000;

	private static final int ZERO_WIDTH_NON_JOINER = 0x200c;

	private static final int ZERO_WIDTH_JOINER = 0x200d;

	private LineText() {
	}

	/**
	 * Makes a text fit for a line.
	 * @param text a text
	 * @return the same, escaped where it has to be, and cut after {@value #MAX_LENGTH}
	 * characters
	 */
	public static String of(String text) {
		int end = end(text);
		int first = firstUnfit(text, end);
		if (first == end && end == text.length()) {
			return text;
		}
		StringBuilder fit = new StringBuilder(end + 32).append(text, 0, first);
		append(text, first, end, fit);
		return (end < text.length()) ? fit.append('…').toString() : fit.toString();
	}

	/**
	 * Makes a text that has several lines of its own fit for a log.
	 * @param text a text
	 * @return the same, escaped but for the ends of its lines
	 */
	public static String lines(String text) {
		StringBuilder fit = new StringBuilder(text.length() + 32);
		int begin = 0;
		for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
			append(text, begin, end, fit);
			fit.append('\n');
			begin = end + 1;
		}
		append(text, begin, text.length(), fit);
		return fit.toString();
	}

	/**
	 * Whether a text can stand in a line as it is.
	 * @param text a text
	 * @return whether nothing in it has to be escaped
	 */
	static boolean isFit(String text) {
		return firstUnfit(text, text.length()) == text.length();
	}

	private static int end(String text) {
		if (text.length() <= MAX_LENGTH) {
			return text.length();
		}
		return Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
	}

	private static int firstUnfit(String text, int end) {
		int index = 0;
		while (index < end && isFit(text.codePointAt(index))) {
			index += Character.charCount(text.codePointAt(index));
		}
		return index;
	}

	private static void append(String text, int begin, int end, StringBuilder fit) {
		int index = begin;
		while (index < end) {
			int character = text.codePointAt(index);
			if (isFit(character)) {
				fit.appendCodePoint(character);
			}
			else {
				fit.append(escape(character));
			}
			index += Character.charCount(character);
		}
	}

	private static boolean isFit(int character) {
		if (character < 0x7f) {
			return character >= ' ';
		}
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
				false;
			// Persian and many an emoji are not written without these two.
			case Character.FORMAT -> character == ZERO_WIDTH_NON_JOINER || character == ZERO_WIDTH_JOINER;
			default -> true;
		};
	}

	private static String escape(int character) {
		return switch (character) {
			case '\n' -> "\\n";
			case '\r' -> "\\r";
			case '\t' -> "\\t";
			default ->
				Character.isBmpCodePoint(character) ? "\\u%04x".formatted(character) : "\\u{%x}".formatted(character);
		};
	}

}
