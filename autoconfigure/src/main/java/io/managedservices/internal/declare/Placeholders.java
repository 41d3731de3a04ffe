// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotation.Adapt;

/**
 * Resolves placeholders in all that is text in an annotation, as Spring does in its own.
 * Immutable.
 */
public final class Placeholders {

	private final EmbeddedValueResolver resolver;

	public Placeholders(ConfigurableBeanFactory beanFactory) {
		this.resolver = new EmbeddedValueResolver(beanFactory);
	}

	/**
	 * Resolves the attributes of an annotation, and of those within it.
	 * @param <A> the type of the annotation
	 * @param annotation the annotation
	 * @param refused is told what is wrong, and with which attribute
	 * @return the same; attributes that cannot be resolved have their defaults
	 */
	public <A extends Annotation> A resolve(MergedAnnotation<A> annotation, BiConsumer<String, String> refused) {
		return MergedAnnotation.of(annotation.getType(), attributes(annotation, refused)).synthesize();
	}

	/**
	 * Resolves the attributes of an annotation that differ from their defaults, and those
	 * of annotations within it.
	 * @param annotation the annotation
	 * @param refused is told what is wrong, and with which attribute
	 * @return the attributes; those that cannot be resolved are left out
	 */
	public Map<String, Object> attributes(MergedAnnotation<?> annotation, BiConsumer<String, String> refused) {
		String type = annotation.getType().getSimpleName();
		return resolve("", annotation.filterDefaultValues().asMap(Adapt.ANNOTATION_TO_MAP), (attribute, what) -> refused
			.accept("has an unresolvable %s of @%s: %s".formatted(attribute, type, what), attribute));
	}

	private Map<String, Object> resolve(String path, Map<?, ?> attributes, BiConsumer<String, String> refused) {
		Map<String, Object> resolved = new LinkedHashMap<>();
		attributes.forEach((name, value) -> {
			Object found = value(path + name, value, refused);
			if (found != null) {
				resolved.put(String.valueOf(name), found);
			}
		});
		return resolved;
	}

	private @Nullable Object value(String attribute, Object value, BiConsumer<String, String> refused) {
		if (value instanceof String text) {
			return text(attribute, text, refused);
		}
		if (value instanceof String[] texts) {
			String[] resolved = new String[texts.length];
			for (int i = 0; i < texts.length; i++) {
				String text = text(attribute, texts[i], refused);
				if (text == null) {
					return null;
				}
				resolved[i] = text;
			}
			return resolved;
		}
		return (value instanceof Map<?, ?> nested) ? resolve(attribute + ".", nested, refused) : value;
	}

	private @Nullable String text(String attribute, String text, BiConsumer<String, String> refused) {
		try {
			String resolved = this.resolver.resolveStringValue(text);
			return (resolved != null) ? resolved : "";
		}
		catch (RuntimeException ex) {
			refused.accept(attribute, "expected placeholders of properties that are set, found '%s': %s".formatted(text,
					ex.getMessage()));
			return null;
		}
	}

}
