// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.IdentityHashMap;
import java.util.List;

import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Finds objects that are several services, directly or behind a proxy: each would be
 * started and stopped several times. Stateless.
 */
public final class SharedInstances {

	private SharedInstances() {
	}

	public static void check(List<Declaration> declarations, List<GraphProblem> problems) {
		IdentityHashMap<Object, Declaration> known = new IdentityHashMap<>();
		for (Declaration declaration : declarations) {
			Declaration other = declaration.hasInstance()
					? known.putIfAbsent(BeanMethod.target(declaration.instance()), declaration) : null;
			if (other != null && !other.name().equals(declaration.name())) {
				problems.add(new GraphProblem(
						"Services '%s' and '%s' are one object, which would be started twice: %s and %s."
							.formatted(other.name(), declaration.name(), other.described(), declaration.described()),
						"Let one of them be no service, or let each be an object of its own."));
			}
		}
	}

}
