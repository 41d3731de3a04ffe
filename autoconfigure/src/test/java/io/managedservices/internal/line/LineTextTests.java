// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LineText}.
 */
class LineTextTests {

	@Test
	void ofWhenTextEndsTheLineEscapesThat() {
		assertThat(LineText.of("a\nb\r\nc\u0085d\u2028e\u2029f\u000bg\fh\ti"))
			.isEqualTo("a\\nb\\r\\nc\\u0085d\\u2028e\\u2029f\\u000bg\\u000ch\\ti");
	}

	@Test
	void ofWhenTextSteersTheTerminalEscapesThat() {
		assertThat(LineText.of("\u001b[31mred\u009b0m\u0007\b\u0000\u007f"))
			.isEqualTo("\\u001b[31mred\\u009b0m\\u0007\\u0008\\u0000\\u007f");
	}

	@Test
	void ofWhenTextTurnsTheDirectionEscapesThat() {
		assertThat(LineText.of("\u202eabc\u202c\u2066d\u2069\u200f\u061c\ufeff\u00ad"))
			.isEqualTo("\\u202eabc\\u202c\\u2066d\\u2069\\u200f\\u061c\\ufeff\\u00ad");
		assertThat(LineText.of("a\udb40\udc41")).isEqualTo("a\\u{e0041}");
	}

	@Test
	void ofWhenSurrogateIsLoneEscapesIt() {
		String fit = LineText.of("a\ud83db\udc00");
		assertThat(fit).isEqualTo("a\\ud83db\\udc00");
		assertThat(new String(fit.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)).isEqualTo(fit);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "plain", "äöü ß → … '\"\\<>&", "日本語", "שלום", "می\u200cخواهم", "👩\u200d👧 👍🏽", "a\\nb" })
	void ofWhenTextIsFitIsTheSame(String text) {
		assertThat(LineText.of(text)).isSameAs(text);
	}

	@Test
	void ofWhenTextIsLongCutsItBetweenCharacters() {
		assertThat(LineText.of("x".repeat(LineText.MAX_LENGTH))).hasSize(LineText.MAX_LENGTH);
		assertThat(LineText.of("x".repeat(LineText.MAX_LENGTH + 1))).hasSize(LineText.MAX_LENGTH + 1).endsWith("x…");
		assertThat(LineText.of("x".repeat(LineText.MAX_LENGTH - 1) + "👍")).endsWith("x…");
	}

	@Test
	void linesKeepsTheEndsOfLinesOnly() {
		assertThat(LineText.lines("a\n\u001bb\n\nc\r\n")).isEqualTo("a\n\\u001bb\n\nc\\r\n");
		assertThat(LineText.lines("")).isEmpty();
	}

}
