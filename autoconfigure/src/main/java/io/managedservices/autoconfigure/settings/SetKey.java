// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.origin.Origin;

/**
 * A key that is set somewhere. Immutable.
 *
 * @param written the key as it was written
 * @param elements what it is made of after the root of the settings: what stands in
 * brackets with these
 * @param form how it is written
 * @param origin where it stands, or {@code null} if that is not known
 */
record SetKey(String written, List<String> elements, Form form, @Nullable Origin origin) {

	static SetKey of(ConfigurationProperty property, ConfigurationPropertyName root) {
		ConfigurationPropertyName name = property.getName();
		List<String> elements = IntStream.range(root.getNumberOfElements(), name.getNumberOfElements())
			.mapToObj((index) -> lastElement(name.chop(index + 1)))
			.toList();
		String written = root
				+ String.join("", elements.stream().map((each) -> each.startsWith("[") ? each : "." + each).toList());
		return new SetKey(written, elements, Form.PROPERTY, property.getOrigin());
	}

	private static String lastElement(ConfigurationPropertyName name) {
		String element = name.getLastElement(ConfigurationPropertyName.Form.ORIGINAL);
		return name.isLastElementIndexed() ? "[" + element + "]" : element;
	}

	/**
	 * Creates the key of an environment variable.
	 * @param written its name
	 * @param rest its name after the root of the settings
	 * @param form how it is written
	 * @return the key
	 */
	static SetKey of(String written, String rest, Form form) {
		return new SetKey(written, List.of(rest.toLowerCase(Locale.ROOT).split("_", -1)), form, null);
	}

	/**
	 * Creates a key of which Spring drops characters.
	 * @param written the key as it was written
	 * @param property the property that Spring takes it for
	 * @return the key
	 */
	static SetKey ofChanged(String written, ConfigurationProperty property) {
		return new SetKey(written, List.of(property.getName().toString()), Form.CHANGED, property.getOrigin());
	}

	/**
	 * Creates the key of an environment variable that is the root of the settings.
	 * @param written its name
	 * @return the key
	 */
	static SetKey ofRoot(String written) {
		return new SetKey(written, List.of(), Form.VARIABLE, null);
	}

	/**
	 * The key and where it stands.
	 * @return {@code managed-services.startup.mood (class path resource [application.yml]
	 * - 3:11)}
	 */
	String describe() {
		if (this.form == Form.VARIABLE || this.form == Form.SPACED_VARIABLE) {
			return "The environment variable " + this.written;
		}
		return (this.origin != null) ? "%s (%s)".formatted(this.written, this.origin) : this.written;
	}

	/**
	 * How a key is written.
	 */
	enum Form {

		/** As a property, with dots. */
		PROPERTY,

		/** As a property, with characters that Spring drops. */
		CHANGED,

		/** As an environment variable: without dashes, with underscores for dots. */
		VARIABLE,

		/** As an environment variable that has underscores for dashes, too. */
		SPACED_VARIABLE

	}

}
