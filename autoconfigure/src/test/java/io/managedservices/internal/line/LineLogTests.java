// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import org.apache.commons.logging.Log;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LineLog} and {@link LoggedFailure}, with what writes the log.
 */
@ExtendWith(OutputCaptureExtension.class)
class LineLogTests {

	private static final String FORGED = "2026-11-29 ERROR all is lost";

	private final Log log = LineLog.of(LineLogTests.class);

	@Test
	void warnWhenMessageHasLinesOfItsOwnWritesOne(CapturedOutput output) {
		this.log.warn("Service 'a\n" + FORGED + "' \u001b[2J");
		assertThat(output.getAll().lines()).hasSize(1);
		assertThat(output).contains("Service 'a\\n" + FORGED + "' \\u001b[2J");
	}

	@Test
	void warnWhenThereAreFramesKeepsTheirLines(CapturedOutput output) {
		this.log.warn("It hangs\rhere:" + LineLog.FRAME + "org.example.A.b(A.java:1)" + LineLog.FRAME
				+ "org.example.A.c\n" + FORGED + "(A.java:1)");
		assertThat(output.getAll().lines()).hasSize(3)
			.last()
			.isEqualTo("\tat org.example.A.c\\n" + FORGED + "(A.java:1)");
		assertThat(output).contains("It hangs\\rhere:\n\tat org.example.A.b(A.java:1)\n");
	}

	@Test
	void errorWhenFailureForgesALineWritesItEscapedWithItsStack(CapturedOutput output) {
		IllegalStateException cause = new IllegalStateException("x\n" + FORGED);
		Exception failure = new Exception("whole", cause);
		failure.addSuppressed(new IllegalArgumentException("\u001b[31m"));
		this.log.error("It failed", failure);
		assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith(FORGED))
			.anyMatch((line) -> line.startsWith("java.lang.Exception: whole"))
			.anyMatch((line) -> line.endsWith("java.lang.IllegalStateException: x\\n" + FORGED))
			.anyMatch((line) -> line.endsWith("java.lang.IllegalArgumentException: \\u001b[31m"))
			.anyMatch((line) -> line.startsWith("\tat " + getClass().getName()));
		assertThat(output.getAll()).doesNotContain("\u001b");
	}

	@Test
	void ofWhenFailureIsFitIsTheFailure() {
		Exception fit = new Exception("ERROR: no such table\n  Position: 15\n\tand more\n");
		assertThat(LoggedFailure.of(fit)).isSameAs(fit);
		assertThat(LoggedFailure.of(null)).isNull();
	}

	@Test
	void ofWhenFailureClosesInOnItselfEnds() {
		Exception failure = new Exception("a\rb");
		failure.initCause(new Exception("c", failure));
		assertThat(LoggedFailure.of(failure)).isInstanceOf(LoggedFailure.class)
			.hasToString("java.lang.Exception: a\\rb");
	}

	@Test
	void ofWhenFailureCannotBeAskedDoesNotFail() {
		Exception failure = new Exception() {

			@Override
			public String getMessage() {
				throw new IllegalStateException();
			}

			@Override
			public synchronized Throwable getCause() {
				return new Exception("x\ry");
			}

		};
		assertThat(LoggedFailure.of(failure)).hasToString(failure.getClass().getName());
	}

}
