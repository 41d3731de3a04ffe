// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

import io.managedservices.autoconfigure.settings.Setting;
import io.managedservices.autoconfigure.settings.Setting.Group;
import io.managedservices.autoconfigure.settings.Setting.Value;

/**
 * The settings that the check of keys knows, by their full names. A name that the user
 * gives is an asterisk. Immutable.
 *
 * @param values what each setting is
 */
record KnownLeaves(Map<String, Value> values) {

	static KnownLeaves all() {
		Map<String, Value> values = new LinkedHashMap<>();
		collect("managed-services", KnownSettings.ofManagedServices(), values);
		collect("management.endpoint.managedservices", KnownSettings.ofEndpoint(), values);
		collect("management.endpoint.managedservicesui", KnownSettings.ofAnyEndpoint(), values);
		collect("management.health.managedservices", KnownSettings.ofHealth(), values);
		return new KnownLeaves(values);
	}

	/**
	 * The type of a value, or of each if there may be several.
	 * @param value a setting
	 * @return its type, never a primitive one
	 */
	static Class<?> elementType(Value value) {
		return ClassUtils
			.resolvePrimitiveIfNecessary(isList(value) ? value.type().getGeneric(0).toClass() : value.type().toClass());
	}

	static boolean isList(Value value) {
		return !value.type().asCollection().equals(ResolvableType.NONE);
	}

	private static void collect(String name, Setting setting, Map<String, Value> values) {
		if (setting instanceof Value value) {
			values.put(name, value);
		}
		else if (setting instanceof Group group) {
			group.children().forEach((child, below) -> collect(name + "." + child, below, values));
			if (group.named() != null) {
				collect(name + ".*", group.named(), values);
			}
		}
	}

}
