// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.BeanInstantiationException;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanDefinitionStoreException;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;

import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProgramMistake}.
 */
class ProgramMistakeTests {

	static Stream<Throwable> mistakes() {
		return Stream.of(new NoClassDefFoundError("A"), new NoSuchMethodError("a"),
				new ExceptionInInitializerError(new IOException("refused")), new AssertionError("a"),
				new ClassCastException("A"), new UnsupportedOperationException("a"),
				new NoSuchBeanDefinitionException("a"), new NoUniqueBeanDefinitionException(String.class, "a", "b"),
				new BeanDefinitionStoreException("a"),
				new BeanNotOfRequiredTypeException("a", String.class, Integer.class),
				new ServiceException(Kind.UNKNOWN, "a", "no service", null));
	}

	static Stream<Throwable> others() {
		return Stream.of(new IllegalArgumentException("a"), new IllegalStateException("a"),
				new NullPointerException("a"), new IndexOutOfBoundsException("a"), new IOException("a"),
				new TimeoutException("a"), new OutOfMemoryError("unable to create native thread"),
				new StackOverflowError(), new ServiceException("a", "not yet", null),
				new BeanCreationException("a", "refused", new IOException("refused")));
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void inWhenFailureIsMistakeFindsIt(Throwable mistake) {
		assertThat(ProgramMistake.in(mistake)).isSameAs(mistake);
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void inWhenFailureWrapsMistakeFindsIt(Throwable mistake) {
		Stream
			.of(new ExecutionException(mistake), new CompletionException(mistake),
					new InvocationTargetException(mistake), new UndeclaredThrowableException(mistake),
					new BeanCreationException("a", "failed", mistake),
					new BeanInstantiationException(String.class, "failed", mistake),
					new ExecutionException(new UnsatisfiedDependencyException("", "a", "b",
							new BeanCreationException("b", "failed", mistake))))
			.forEach((failure) -> assertThat(ProgramMistake.in(failure)).isSameAs(mistake));
	}

	@ParameterizedTest
	@MethodSource("others")
	void inWhenFailureMayPassFindsNothing(Throwable failure) {
		assertThat(ProgramMistake.in(failure)).isNull();
		assertThat(ProgramMistake.in(new ExecutionException(failure))).isNull();
	}

	@Test
	void inWhenFailureIsMoreThanWrapperFindsNothing() {
		assertThat(ProgramMistake.in(new IllegalStateException("bad answer", new ClassCastException("A")))).isNull();
		assertThat(ProgramMistake.in(new IOException("bad answer", new ClassCastException("A")))).isNull();
	}

	@Test
	void inWhenCausesCloseInOnThemselvesEnds() {
		assertThat(ProgramMistake.in(new CompletionException("a", null) {

			@Override
			public synchronized Throwable getCause() {
				return this;
			}

		})).isNull();
	}

	@Test
	void inWhenCauseCannotBeToldFindsNothing() {
		assertThat(ProgramMistake.in(new CompletionException("a", null) {

			@Override
			public synchronized Throwable getCause() {
				throw new ClassCastException("planted");
			}

		})).isNull();
	}

}
