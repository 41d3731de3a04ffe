// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import java.net.ConnectException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FailureText}.
 */
class FailureTextTests {

	@Test
	void ofWhenThereIsNoCauseIsTypeAndMessage() {
		assertThat(FailureText.of(new IllegalStateException("refused")))
			.isEqualTo("java.lang.IllegalStateException: refused");
		assertThat(FailureText.of(null)).isEqualTo("null");
	}

	@Test
	void ofWhenThereAreCausesNamesTheInnermost() {
		Throwable failure = new IllegalStateException("Failed to obtain JDBC Connection",
				new IllegalArgumentException("pool is empty", new ConnectException("Connection refused")));
		assertThat(FailureText.of(failure)).isEqualTo("java.lang.IllegalStateException: Failed to obtain JDBC "
				+ "Connection, caused by java.net.ConnectException: Connection refused");
	}

	@Test
	void ofWhenMessageNamesTheCauseAlreadyDoesNotRepeatIt() {
		assertThat(FailureText.of(new RuntimeException(new ConnectException("refused"))))
			.isEqualTo("java.lang.RuntimeException: java.net.ConnectException: refused");
	}

	@Test
	void ofWhenCausesFormCycleEnds() {
		Exception outer = new Exception("outer");
		Exception inner = new Exception("inner", outer);
		outer.initCause(inner);
		assertThat(FailureText.of(outer)).isEqualTo("java.lang.Exception: outer, caused by java.lang.Exception: inner");
	}

	@Test
	void ofWhenMethodsThrowStillNamesTypes() {
		assertThat(FailureText.of(new Hostile())).isEqualTo(Hostile.class.getName());
		assertThat(FailureText.of(new IllegalStateException("outer", new Hostile())))
			.isEqualTo("java.lang.IllegalStateException: outer, caused by " + Hostile.class.getName());
	}

	@Test
	void ofWhenMethodsThrowErrorsStillNamesTypes() {
		assertThat(FailureText.of(new Endless())).isEqualTo(Endless.class.getName());
		assertThat(FailureText.of(new IllegalStateException("outer", new Endless())))
			.isEqualTo("java.lang.IllegalStateException: outer, caused by " + Endless.class.getName());
	}

	@SuppressWarnings("serial")
	private static final class Endless extends RuntimeException {

		@Override
		public synchronized Throwable getCause() {
			throw new NoClassDefFoundError("cause");
		}

		@Override
		public String toString() {
			throw new StackOverflowError();
		}

	}

	@SuppressWarnings("serial")
	private static final class Hostile extends RuntimeException {

		@Override
		public synchronized Throwable getCause() {
			throw new UnsupportedOperationException("cause");
		}

		@Override
		public String toString() {
			throw new UnsupportedOperationException("text");
		}

	}

}
