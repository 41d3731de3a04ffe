// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;

import io.managedservices.autoconfigure.settings.Setting.Group;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;

/**
 * Checks all that is set below some roots before anything is bound: that the keys exist,
 * and that their values can be read. Whether a value is in range is for those to check
 * who use it. Stateless.
 *
 * @since 0.1.0
 */
public final class SettingsCheck {

	private static final String ATTACHED = "configurationProperties";

	private SettingsCheck() {
	}

	/**
	 * Whether anything is set below a root.
	 * @param environment where it may be
	 * @param root the root
	 * @return whether something is
	 */
	public static boolean isAnySet(ConfigurableEnvironment environment, String root) {
		return !SetKeys.below(ConfigurationPropertyName.of(root), sources(environment)).isEmpty();
	}

	/**
	 * Checks what is set.
	 * @param environment whose settings are checked
	 * @param known the settings that exist, by their root; asked for only if anything is
	 * set below it
	 * @throws InvalidServiceGraphException if anything is wrong, with all that is
	 */
	public static void check(ConfigurableEnvironment environment, Map<String, Supplier<Group>> known) {
		Iterable<ConfigurationPropertySource> sources = sources(environment);
		List<GraphProblem> problems = new ArrayList<>();
		known.forEach((name, settings) -> {
			ConfigurationPropertyName root = ConfigurationPropertyName.of(name);
			List<SetKey> keys = SetKeys.below(root, sources);
			if (!keys.isEmpty()) {
				Binder binder = new Binder(sources, new PropertySourcesPlaceholdersResolver(environment));
				Group group = settings.get();
				ValueCheck values = new ValueCheck(binder, problems);
				new KeyCheck(root, group, values, new UnknownKeys(root, group, values, problems)).check(keys);
			}
		});
		if (!problems.isEmpty()) {
			throw new InvalidServiceGraphException(problems);
		}
	}

	private static Iterable<ConfigurationPropertySource> sources(ConfigurableEnvironment environment) {
		return environment.getPropertySources().contains(ATTACHED) ? ConfigurationPropertySources.get(environment)
				: ConfigurationPropertySources.from(environment.getPropertySources());
	}

}
