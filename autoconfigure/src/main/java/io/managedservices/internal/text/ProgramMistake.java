// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import java.io.IOError;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.Guarded;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;

/**
 * Tells mistakes in a program, which another attempt would find again, from failures that
 * may pass: errors but those of the virtual machine and of I/O, a cast to a wrong class,
 * what is not supported, a bean or a service that does not exist, and {@link Misuse}. Any
 * other illegal argument or state is none, nor is {@code null} where there should be
 * something: they may come from what somebody else has sent. Stateless.
 *
 * @since 0.1.0
 */
public final class ProgramMistake {

	private static final int MAX_WRAPPERS = 100;

	/** By their names: few know of beans here. */
	private static final Set<String> OF_BEANS = Set.of("org.springframework.beans.InvalidPropertyException",
			"org.springframework.beans.factory.BeanDefinitionStoreException",
			"org.springframework.beans.factory.BeanIsAbstractException",
			"org.springframework.beans.factory.BeanNotOfRequiredTypeException",
			"org.springframework.beans.factory.CannotLoadBeanClassException",
			"org.springframework.beans.factory.NoSuchBeanDefinitionException");

	private static final Set<String> WRAPPERS_OF_BEANS = Set.of("org.springframework.beans.BeanInstantiationException",
			"org.springframework.beans.factory.BeanCreationException");

	private ProgramMistake() {
	}

	/**
	 * Finds a mistake in a failure.
	 * @param failure the failure
	 * @return the failure itself, or what it only wraps, as an {@link ExecutionException}
	 * or the failure to create a bean does, if that is a mistake; else {@code null}
	 */
	public static @Nullable Throwable in(Throwable failure) {
		Throwable current = failure;
		for (int depth = 0; current != null && depth < MAX_WRAPPERS; depth++) {
			if (isMistake(current)) {
				return current;
			}
			current = isWrapper(current) ? Guarded.cause(current) : null;
		}
		return null;
	}

	/**
	 * The type of a failure as a program knows it.
	 * @param failure the failure
	 * @return its type, which is never one of {@link Misuse}
	 */
	public static Class<?> type(Throwable failure) {
		Class<?> type = failure.getClass();
		return Misuse.is(failure) ? type.getSuperclass() : type;
	}

	private static boolean isMistake(Throwable failure) {
		if (failure instanceof Error) {
			return !(failure instanceof VirtualMachineError || failure instanceof IOError);
		}
		return failure instanceof ClassCastException || failure instanceof UnsupportedOperationException
				|| Misuse.is(failure) || isLookup(failure) || isAny(failure, OF_BEANS);
	}

	private static boolean isLookup(Throwable failure) {
		return failure instanceof ServiceException exception
				&& (exception.getKind() == Kind.UNKNOWN || exception.getKind() == Kind.WRONG_TYPE);
	}

	private static boolean isWrapper(Throwable failure) {
		return failure instanceof CompletionException || failure instanceof ExecutionException
				|| failure instanceof InvocationTargetException || failure instanceof UndeclaredThrowableException
				|| isAny(failure, WRAPPERS_OF_BEANS);
	}

	private static boolean isAny(Throwable failure, Set<String> names) {
		Class<?> type = failure.getClass();
		while (type != null && !names.contains(type.getName())) {
			type = type.getSuperclass();
		}
		return type != null;
	}

}
