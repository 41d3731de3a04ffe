// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which place each service has by its name. Filled, and renumbered, by one thread; not
 * changed after that.
 */
final class NameIndex {

	private final Map<String, Integer> places;

	/**
	 * Create an index.
	 * @param definitions the services; of those that have the same name the first one is
	 * found
	 */
	NameIndex(ServiceDefinition[] definitions) {
		this.places = new LinkedHashMap<>(2 * definitions.length);
		for (int place = 0; place < definitions.length; place++) {
			this.places.putIfAbsent(definitions[place].name(), place);
		}
	}

	/**
	 * Create an index of more services.
	 * @param base the index of the first of them
	 * @param definitions all services
	 */
	NameIndex(NameIndex base, ServiceDefinition[] definitions) {
		this.places = new LinkedHashMap<>(2 * definitions.length);
		this.places.putAll(base.places);
		for (int place = base.places.size(); place < definitions.length; place++) {
			this.places.putIfAbsent(definitions[place].name(), place);
		}
	}

	/**
	 * Gives the services other places.
	 * @param numbers the new place of each old one
	 */
	void renumber(int[] numbers) {
		this.places.replaceAll((name, place) -> numbers[place]);
	}

	/**
	 * Looks a name up.
	 * @param name the name
	 * @return its place, or -1 if it is not there
	 */
	int indexOf(String name) {
		return this.places.getOrDefault(name, -1);
	}

	/**
	 * Whether a name is there more than once.
	 * @param definitions the services that this is an index of
	 * @return whether one is
	 */
	boolean hasDuplicates(ServiceDefinition[] definitions) {
		return this.places.size() < definitions.length;
	}

	/**
	 * All names.
	 * @return the names, in the order in which the services were declared
	 */
	Collection<String> names() {
		return Collections.unmodifiableSet(this.places.keySet());
	}

}
