// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;

import io.managedservices.item.ItemService;

/**
 * The ids of the items of a service, as text and back. Immutable.
 *
 * @param <I> the type of the ids
 */
public final class ItemIds<I> {

	/** No longer than the column of the table. */
	private static final int MAX_LENGTH = 100;

	private final String service;

	private final Class<I> type;

	private final Function<String, Object> parser;

	private ItemIds(String service, Class<I> type, Function<String, Object> parser) {
		this.service = service;
		this.type = type;
		this.parser = parser;
	}

	/**
	 * Finds the type of the ids of a service by what its class says it implements.
	 * @param <I> the type of the ids
	 * @param service the service
	 * @return its ids
	 * @throws IllegalArgumentException if the type is not known, or not one of three
	 */
	public static <I> ItemIds<I> of(ItemService<I> service) {
		return of(AopUtils.getTargetClass(service));
	}

	/**
	 * Finds the type of the ids of a service by what its class says it implements.
	 * @param <I> the type of the ids
	 * @param target the class of the service
	 * @return its ids
	 * @throws IllegalArgumentException if the type is not known, or not one of three
	 */
	@SuppressWarnings("unchecked")
	public static <I> ItemIds<I> of(Class<?> target) {
		Class<?> type = ResolvableType.forClass(target).as(ItemService.class).getGeneric().resolve();
		Function<String, Object> parser = parser(type);
		if (type == null || parser == null) {
			throw new IllegalArgumentException(
					"The ids of item service %s are of an unknown type: expected that its class implements ItemService<Long>, ItemService<UUID> or ItemService<String>, found %s"
						.formatted(target.getName(), (type != null) ? type.getName() : "no type"));
		}
		return new ItemIds<>(target.getName(), (Class<I>) type, parser);
	}

	private static @Nullable Function<String, Object> parser(@Nullable Class<?> type) {
		if (type == Long.class) {
			return Long::valueOf;
		}
		if (type == UUID.class) {
			return UUID::fromString;
		}
		return (type == String.class) ? (text) -> text : null;
	}

	/**
	 * An id as text.
	 * @param id the id
	 * @return the text
	 * @throws IllegalArgumentException if it is too long, or has characters that not all
	 * databases can store
	 */
	public String format(I id) {
		String text = id.toString();
		if (text.length() > MAX_LENGTH) {
			throw new IllegalArgumentException(
					"An id of item service %s is too long: expected up to %d characters, found %d: %s"
						.formatted(this.service, MAX_LENGTH, text.length(), text));
		}
		text.codePoints().filter(ItemIds::isUnstorable).findFirst().ifPresent((character) -> {
			throw new IllegalArgumentException(
					"An id of item service %s cannot be stored: expected text without U+0000 and without halves of characters, found U+%04X"
						.formatted(this.service, character));
		});
		return text;
	}

	// Some databases refuse them, and others put something else in their place, which
	// would be another id.
	private static boolean isUnstorable(int character) {
		return character == 0 || (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE);
	}

	/**
	 * An id from text.
	 * @param text the text
	 * @return the id
	 * @throws IllegalArgumentException if it is no such id
	 */
	public I parse(String text) {
		try {
			return this.type.cast(this.parser.apply(text));
		}
		catch (IllegalArgumentException ex) {
			throw wrong(text, ex);
		}
	}

	/**
	 * An id as it comes from a database.
	 * @param value a number, a UUID or text
	 * @return the id
	 * @throws IllegalArgumentException if it is no such id
	 */
	public I convert(Object value) {
		if (this.type.isInstance(value)) {
			return this.type.cast(value);
		}
		if (this.type == Long.class && value instanceof Number number && number.doubleValue() == number.longValue()) {
			return this.type.cast(number.longValue());
		}
		if (this.type == UUID.class && value instanceof String text) {
			return parse(text);
		}
		throw wrong(value, null);
	}

	private IllegalArgumentException wrong(Object value, @Nullable Exception cause) {
		return new IllegalArgumentException("An id of item service %s is invalid: expected a %s, found %s: %s"
			.formatted(this.service, this.type.getSimpleName(), value.getClass().getSimpleName(), value), cause);
	}

}
