// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks passwords and tokens in texts of others, as far as they can be told from the rest
 * of the text: those in addresses ({@code amqp://user:password@host},
 * {@code jdbc:oracle:thin:user/password@host}), those that a key names
 * ({@code password=…}, {@code "token": "…"}), and those that have a form of their own
 * ({@code Bearer …}, JSON web tokens). Rather too much is masked than too little. Takes
 * time linear in the length of the text. Stateless.
 */
final class Credentials {

	/** What stands in the place of what is not shown, as in Boot's endpoints. */
	static final String MASK = "******";

	/** Digits before a slash are a port, and no password. */
	private static final Pattern PASSWORD_OF_ADDRESS = Pattern
		.compile("(://[^\\s/?#:\"'<>]{0,256}:)(?!\\d{1,5}(?:[/?#,;\\s\"')\\]}]|$))[^\\s\"'<>]*@");

	private static final Pattern TOKEN_OF_ADDRESS = Pattern.compile("(?i)(https?://)[^\\s/?#:@\"'<>]{1,512}@");

	private static final Pattern PASSWORD_OF_ORACLE = Pattern
		.compile("(?i)(jdbc:oracle:[a-z0-9]{1,16}:[^\\s/@]{0,256}/)[^\\s@/][^\\s@]*@");

	private static final Pattern TOKEN = Pattern.compile("(?i)\\b(bearer|basic)(\\s{1,8})[a-z0-9._~+/=-]{16,}");

	private static final Pattern WEB_TOKEN = Pattern
		.compile("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]*)?");

	private static final Pattern KEY = Pattern
		.compile("(?i)(?:password|passwd|passphrase|passcode|pwd|secret|token|credentials?|authorization|signature|"
				+ "(?:api|access|private|account|encryption|shared)[-_. ]?key)"
				+ "[\\w.-]{0,40}[\"']?\\s{0,8}(?:=>|:=|==|=|:(?!/))\\s{0,8}");

	private static final Pattern NEXT_KEY = Pattern.compile("[\\w.-]{1,64}\\s{0,8}[=:]");

	private static final Pattern SCHEME = Pattern.compile("(?i)(?:bearer|basic|digest|negotiate|token)\\s{1,8}");

	/** What ends a value where something follows that begins another one. */
	private static final String ENDS = ",;&)}]\"'";

	private Credentials() {
	}

	/**
	 * Masks what can be told to be secret.
	 * @param text a text
	 * @return the same without it
	 */
	static String mask(String text) {
		String masked = text;
		if (text.indexOf('@') >= 0) {
			masked = PASSWORD_OF_ADDRESS.matcher(masked).replaceAll("$1" + MASK + "@");
			masked = TOKEN_OF_ADDRESS.matcher(masked).replaceAll("$1" + MASK + "@");
			masked = PASSWORD_OF_ORACLE.matcher(masked).replaceAll("$1" + MASK + "@");
		}
		masked = TOKEN.matcher(masked).replaceAll("$1$2" + MASK);
		masked = WEB_TOKEN.matcher(masked).replaceAll(MASK);
		return maskNamed(masked);
	}

	private static String maskNamed(String text) {
		Matcher key = KEY.matcher(text);
		StringBuilder masked = new StringBuilder(text.length());
		int copied = 0;
		for (int from = 0; from <= text.length() && key.find(from); from = Math.max(copied, key.end())) {
			int begin = key.end();
			int end = endOfValue(text, begin);
			if (end > begin) {
				masked.append(text, copied, begin).append(MASK);
				copied = end;
			}
		}
		return (copied == 0) ? text : masked.append(text, copied, text.length()).toString();
	}

	private static int endOfValue(String text, int begin) {
		if (begin >= text.length()) {
			return begin;
		}
		Matcher scheme = SCHEME.matcher(text).region(begin, text.length());
		if (scheme.lookingAt()) {
			return endOfWord(text, scheme.end());
		}
		char first = text.charAt(begin);
		if (first == '"' || first == '\'' || first == '{') {
			int end = text.indexOf((first == '{') ? '}' : first, begin + 1);
			return (end < 0) ? text.length() : end + 1;
		}
		return endOfWord(text, begin);
	}

	private static int endOfWord(String text, int begin) {
		int index = begin;
		while (index < text.length() && !Character.isWhitespace(text.charAt(index))) {
			if (ENDS.indexOf(text.charAt(index)) >= 0 && isEnd(text, index + 1)) {
				return index;
			}
			index++;
		}
		return index;
	}

	// A password may have a comma or a quote of its own.
	private static boolean isEnd(String text, int next) {
		return next == text.length() || Character.isWhitespace(text.charAt(next))
				|| ENDS.indexOf(text.charAt(next)) >= 0
				|| NEXT_KEY.matcher(text).region(next, text.length()).lookingAt();
	}

}
