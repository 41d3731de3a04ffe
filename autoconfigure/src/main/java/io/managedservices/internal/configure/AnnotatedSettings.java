// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ObjectUtils;

import io.managedservices.ManagedService;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Reads the settings of an annotation: the attributes, and those of the annotations in
 * it, that differ from their defaults. Used by one thread.
 */
final class AnnotatedSettings {

	private static final Map<String, Object> UNSET = MergedAnnotation.of(ManagedService.class).asMap();

	/** The attributes as people call them, by the keys of their properties. */
	private static final Map<String, String> NAMES = names("", "", UNSET);

	private final Declaration declaration;

	private final List<GraphProblem> problems;

	private final Map<String, Object> values = new HashMap<>();

	private AnnotatedSettings(Declaration declaration, List<GraphProblem> problems) {
		this.declaration = declaration;
		this.problems = problems;
	}

	/**
	 * Reads the settings of a service.
	 * @param declaration the service
	 * @param problems where what is wrong is added
	 * @return what is set
	 */
	static SettingsOverlay of(Declaration declaration, List<GraphProblem> problems) {
		AnnotatedSettings settings = new AnnotatedSettings(declaration, problems);
		settings.read("", declaration.set(), UNSET);
		return settings.values.isEmpty() ? SettingsOverlay.NONE : new SettingsOverlay(settings.values);
	}

	private void read(String prefix, Map<?, ?> attributes, Map<String, Object> unset) {
		attributes.forEach((name, value) -> {
			String key = prefix + DataObjectPropertyName.toDashedForm(String.valueOf(name));
			Object none = unset.get(name);
			if (value instanceof Map<?, ?> group && none instanceof Annotation nothing) {
				read(key + ".", group, MergedAnnotation.from(nothing).asMap());
			}
			else if (SettingsOverlay.KEYS.contains(key) && !ObjectUtils.nullSafeEquals(value, none)) {
				Object read = read(describe(key), value);
				if (read != null) {
					this.values.put(key, read);
				}
			}
		});
	}

	private @Nullable Object read(String attribute, Object value) {
		if (value instanceof String text) {
			return duration(attribute, text);
		}
		if (value instanceof Class<?>[] types) {
			return List.of(types);
		}
		if (value instanceof Object[] constants && constants.length > 1) {
			refuse("has several values of", attribute, "one", Arrays.toString(constants));
		}
		return (value instanceof Object[] constants) ? constants[0] : value;
	}

	private @Nullable Duration duration(String attribute, String text) {
		try {
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			refuse("has an unreadable", attribute, "a duration such as 500ms or 10s", "'" + text + "'");
			return null;
		}
	}

	private void refuse(String what, String attribute, String expected, String found) {
		this.problems.add(new GraphProblem(
				"Service '%s' %s %s (%s): expected %s, found %s.".formatted(this.declaration.name(), what, attribute,
						this.declaration.source(), expected, found),
				"Correct %s of service '%s'.".formatted(attribute, this.declaration.name())));
	}

	/**
	 * Describes an attribute.
	 * @param key the key of its property
	 * @return {@code maxRetries of @Retry}
	 */
	static String describe(String key) {
		return NAMES.getOrDefault(key, key);
	}

	private static Map<String, String> names(String prefix, String owner, Map<String, Object> attributes) {
		Map<String, String> names = new HashMap<>();
		attributes.forEach((name, value) -> {
			String key = prefix + DataObjectPropertyName.toDashedForm(name);
			if (value instanceof Annotation group) {
				names.putAll(names(key + ".", " of @" + group.annotationType().getSimpleName(),
						MergedAnnotation.from(group).asMap()));
			}
			else {
				names.put(key, name + owner);
			}
		});
		return names;
	}

}
