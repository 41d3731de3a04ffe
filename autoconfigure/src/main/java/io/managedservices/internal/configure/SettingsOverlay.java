// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ReflectionUtils;

import io.managedservices.internal.graph.ServiceSettings;

/**
 * What is set for one service, by the keys of its properties: {@code retry.max-retries}.
 * A component of a record of settings has the same name, and so has an attribute of an
 * annotation: none of them is named here. Immutable.
 *
 * @param values the values that are set, of the types of the components
 * @since 0.1.0
 */
public record SettingsOverlay(Map<String, Object> values) {

	/** Nothing is set. */
	public static final SettingsOverlay NONE = new SettingsOverlay(Map.of());

	/** The keys of all settings that have a default. */
	static final Set<String> KEYS = of(ServiceSettings.DEFAULTS.withWatchdog(ServiceSettings.DEFAULTS.startTimeout()))
		.values()
		.keySet();

	/**
	 * Reads what is set.
	 * @param settings the settings, {@code null} for what is not set
	 * @return what is set
	 */
	public static SettingsOverlay of(Record settings) {
		Map<String, Object> values = new HashMap<>();
		collect("", settings, values);
		return new SettingsOverlay(Map.copyOf(values));
	}

	private static void collect(String prefix, Record settings, Map<String, Object> values) {
		for (RecordComponent component : settings.getClass().getRecordComponents()) {
			Object value = value(component, settings);
			if (value instanceof Record group) {
				collect(key(prefix, component) + ".", group, values);
			}
			else if (value != null) {
				values.put(key(prefix, component), value);
			}
		}
	}

	private static @Nullable Object value(RecordComponent component, Record settings) {
		return ReflectionUtils.invokeMethod(component.getAccessor(), settings);
	}

	private static String key(String prefix, RecordComponent component) {
		return prefix + DataObjectPropertyName.toDashedForm(component.getName());
	}

	/**
	 * Whether a setting is set.
	 * @param key its key
	 * @return whether it is
	 */
	public boolean sets(String key) {
		return this.values.containsKey(key);
	}

	/**
	 * The value of a setting.
	 * @param <T> its type
	 * @param key its key
	 * @param unset the value if it is not set
	 * @return the value
	 */
	@SuppressWarnings("unchecked")
	public <T> T value(String key, T unset) {
		return (T) this.values.getOrDefault(key, unset);
	}

	/**
	 * Lays these values over others.
	 * @param other the others
	 * @return both; these where both set the same
	 */
	SettingsOverlay over(SettingsOverlay other) {
		if (this.values.isEmpty() || other.values.isEmpty()) {
			return this.values.isEmpty() ? other : this;
		}
		Map<String, Object> both = new HashMap<>(other.values);
		both.putAll(this.values);
		return new SettingsOverlay(both);
	}

	/**
	 * Lays these values over complete settings.
	 * @param base the settings
	 * @return the settings with these values
	 */
	ServiceSettings over(ServiceSettings base) {
		return this.values.isEmpty() ? base : over("", base);
	}

	@SuppressWarnings("unchecked")
	private <R extends Record> R over(String prefix, R base) {
		RecordComponent[] components = base.getClass().getRecordComponents();
		Class<?>[] types = new Class<?>[components.length];
		@Nullable Object[] arguments = new @Nullable Object[components.length];
		for (int i = 0; i < components.length; i++) {
			String key = key(prefix, components[i]);
			Object value = value(components[i], base);
			types[i] = components[i].getType();
			arguments[i] = (value instanceof Record group) ? over(key + ".", group)
					: this.values.getOrDefault(key, value);
		}
		try {
			return (R) BeanUtils.instantiateClass(base.getClass().getDeclaredConstructor(types), arguments);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
