// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

import io.managedservices.autoconfigure.settings.Setting.Value;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Reads each value that is set, to report one that cannot be read. Used by one thread.
 */
final class ValueCheck {

	private static final Map<Class<?>, String> EXPECTED = Map.of(Duration.class, "a duration such as 500ms, 10s or 2m",
			Boolean.class, "true or false", Integer.class, "a whole number up to 2147483647", Double.class,
			"a number such as 1.5", Class.class, "the name of a class of exceptions");

	private final Binder binder;

	private final List<GraphProblem> problems;

	private final Set<ConfigurationPropertyName> checked = new HashSet<>();

	ValueCheck(Binder binder, List<GraphProblem> problems) {
		this.binder = binder;
		this.problems = problems;
	}

	/**
	 * Reads a value once, by whichever keys it is set.
	 * @param key the key of the property source that comes first
	 * @param name the name of the setting
	 * @param value what it is
	 */
	void check(SetKey key, ConfigurationPropertyName name, Value value) {
		if (this.checked.add(name) && !isReadable(name, value)) {
			this.problems.add(new GraphProblem(
					"%s is invalid: expected %s, found %s.".formatted(key.describe(), expected(value), found(name)),
					"Correct %s.".formatted(key.written())));
		}
	}

	private boolean isReadable(ConfigurationPropertyName name, Value value) {
		try {
			Object read = this.binder.bind(name, Bindable.of(value.type())).orElse(null);
			if (read instanceof Collection<?> collection) {
				return collection.stream().allMatch((element) -> isElement(element, value.type().getGeneric(0)));
			}
			return read != null || value.optional();
		}
		catch (BindException ex) {
			return false;
		}
	}

	// The binder does not know what classes are asked for.
	private static boolean isElement(@Nullable Object element, ResolvableType type) {
		if (element instanceof Class<?> found) {
			return type.getGeneric(0).toClass().isAssignableFrom(found);
		}
		return element != null && !element.toString().isBlank();
	}

	/**
	 * Whether there is no value.
	 * @param name the name of a setting
	 * @return whether its value is empty, as that of a key in YAML with nothing below it
	 */
	boolean isEmpty(ConfigurationPropertyName name) {
		return found(name).equals("''");
	}

	/**
	 * Whether a value could be that of a setting.
	 * @param name the name of what has the value
	 * @param value the setting
	 * @return whether it can be read as one
	 */
	boolean fits(ConfigurationPropertyName name, Value value) {
		return isReadable(name, value);
	}

	/**
	 * What a setting is set to.
	 * @param name its name
	 * @return the value in quotes, or why there is none
	 */
	String found(ConfigurationPropertyName name) {
		try {
			return this.binder.bind(name, Bindable.listOf(String.class))
				.map((found) -> String.join(",", found))
				.map("'%s'"::formatted)
				.orElse("''");
		}
		catch (BindException ex) {
			return String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		}
	}

	private static String expected(Value value) {
		ResolvableType type = value.isList() ? value.type().getGeneric(0) : value.type();
		Class<?> one = ClassUtils.resolvePrimitiveIfNecessary(type.toClass());
		if (one.isEnum()) {
			return "one of " + Arrays.stream(one.getEnumConstants())
				.map((constant) -> constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
				.collect(Collectors.joining(", "));
		}
		return EXPECTED.getOrDefault(one, "text") + (value.isList() ? " in each place of the list" : "");
	}

}
