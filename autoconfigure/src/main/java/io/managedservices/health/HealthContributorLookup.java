// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;

/**
 * Finds health contributors by their paths, such as {@code db} or {@code db/primary}, as
 * they are registered at the time of the call. Immutable.
 *
 * @since 0.1.0
 */
public final class HealthContributorLookup {

	private final List<HealthContributors> registries;

	/**
	 * Create a lookup.
	 * @param registries where contributors are registered, the first one first
	 */
	public HealthContributorLookup(List<HealthContributors> registries) {
		this.registries = List.copyOf(registries);
	}

	/**
	 * Finds a contributor.
	 * @param path its name, after those of the composites that it is in, with slashes
	 * @return the contributor, or {@code null} if there is none of that path. Of a path
	 * into the health of the services themselves, the contributor that shows all of them
	 */
	public @Nullable HealthContributor find(String path) {
		String[] names = path.split("/", -1);
		for (HealthContributors registry : this.registries) {
			HealthContributor found = find(registry, names);
			if (found != null) {
				return found;
			}
		}
		return null;
	}

	private static @Nullable HealthContributor find(HealthContributors registry, String[] names) {
		HealthContributor found = registry.getContributor(names[0]);
		for (int depth = 1; depth < names.length && found != null && !isOurs(found); depth++) {
			found = (found instanceof CompositeHealthContributor composite) ? composite.getContributor(names[depth])
					: null;
		}
		return found;
	}

	/**
	 * The paths of all contributors but those that show the services themselves.
	 * @return the paths, sorted
	 */
	public Set<String> paths() {
		Set<String> paths = new TreeSet<>();
		this.registries.forEach((registry) -> addPaths(registry, "", paths));
		return paths;
	}

	private static void addPaths(HealthContributors contributors, String prefix, Set<String> paths) {
		contributors.stream().filter((entry) -> !isOurs(entry.contributor())).forEach((entry) -> {
			paths.add(prefix + entry.name());
			if (entry.contributor() instanceof CompositeHealthContributor composite) {
				addPaths(composite, prefix + entry.name() + "/", paths);
			}
		});
	}

	/**
	 * Whether a contributor shows the services themselves, or one that it is made of
	 * does.
	 * @param contributor a contributor
	 * @return whether a service that follows it would follow itself
	 */
	public static boolean showsServices(HealthContributor contributor) {
		return isOurs(contributor) || (contributor instanceof CompositeHealthContributor composite
				&& composite.stream().anyMatch((entry) -> showsServices(entry.contributor())));
	}

	private static boolean isOurs(HealthContributor contributor) {
		return contributor instanceof ManagedServicesHealthContributor
				|| contributor instanceof ManagedServicesReadinessHealthIndicator
				|| contributor instanceof ServiceHealthIndicator;
	}

}
