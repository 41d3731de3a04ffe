// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.ResolvableType;

/**
 * A setting that exists, or a group of them. Immutable.
 */
public sealed interface Setting {

	/**
	 * Reads the settings that a record is bound from, by its canonical constructor.
	 * @param type the record
	 * @return a setting for each of its components
	 */
	static Group of(Class<?> type) {
		Map<String, Setting> children = new LinkedHashMap<>();
		for (Parameter parameter : canonicalConstructor(type).getParameters()) {
			children.put(DataObjectPropertyName.toDashedForm(parameter.getName()), of(parameter));
		}
		return new Group(children, null);
	}

	private static Constructor<?> canonicalConstructor(Class<?> type) {
		Class<?>[] types = Arrays.stream(type.getRecordComponents())
			.map(RecordComponent::getType)
			.toArray(Class<?>[]::new);
		try {
			return type.getDeclaredConstructor(types);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Setting of(Parameter parameter) {
		ResolvableType type = ResolvableType.forType(parameter.getParameterizedType());
		if (type.toClass().isRecord()) {
			return of(type.toClass());
		}
		if (type.toClass() == Map.class) {
			return new Group(Map.of(), of(type.getGeneric(1).toClass()));
		}
		boolean hasDefault = parameter.isAnnotationPresent(DefaultValue.class);
		return new Value(type, !hasDefault || isList(type));
	}

	private static boolean isList(ResolvableType type) {
		return !type.asCollection().equals(ResolvableType.NONE);
	}

	/**
	 * A name in the form in which names are compared.
	 * @param written the name
	 * @return the same in lower case without dashes and brackets
	 */
	static String uniform(String written) {
		StringBuilder uniform = new StringBuilder();
		written.chars().filter((ch) -> "-_[]".indexOf(ch) < 0).forEach((ch) -> uniform.append((char) ch));
		return uniform.toString().toLowerCase(Locale.ROOT);
	}

	/**
	 * A value.
	 *
	 * @param type the type of the value
	 * @param optional whether an empty value is as if it was not set
	 */
	record Value(ResolvableType type, boolean optional) implements Setting {

		/**
		 * Whether there may be several values.
		 * @return whether the type is a collection
		 */
		boolean isList() {
			return Setting.isList(this.type);
		}

	}

	/**
	 * Settings whose names begin alike.
	 *
	 * @param children by their names, in lower case with dashes
	 * @param named what stands under a name that the user gives, or {@code null} if only
	 * the children exist
	 */
	record Group(Map<String, Setting> children, @Nullable Group named) implements Setting {

		/**
		 * Adds a setting.
		 * @param name its name, in lower case with dashes
		 * @param setting the setting
		 * @return these settings and that one
		 */
		public Group with(String name, Setting setting) {
			Map<String, Setting> all = new LinkedHashMap<>(this.children);
			all.put(name, setting);
			return new Group(all, this.named);
		}

		/**
		 * Adds names that the user gives.
		 * @param settings what stands under each of them
		 * @return these settings and those
		 */
		public Group withNamed(Group settings) {
			return new Group(this.children, settings);
		}

		/**
		 * The name of a child, as it is documented.
		 * @param written the same in whatever form: case, dashes and brackets do not
		 * matter
		 * @return the name, or {@code null} if there is no such child
		 */
		@Nullable String childName(String written) {
			String wanted = uniform(written);
			return this.children.keySet()
				.stream()
				.filter((name) -> uniform(name).equals(wanted))
				.findFirst()
				.orElse(null);
		}

		/**
		 * What stands below this group.
		 * @param written the name of a child in whatever form, or one that the user gives
		 * @return the setting, or {@code null} if there is none
		 */
		@Nullable Setting child(String written) {
			String name = childName(written);
			return (name != null) ? this.children.get(name) : this.named;
		}

	}

}
