// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.text.NearestName;
import io.managedservices.internal.text.SettingKey;

/**
 * Finds what is configured for each service. Where no key is exactly its name, one that
 * differs in case, dashes and the like will do: environment variables and properties are
 * bound like that. Used by one thread.
 */
public final class ConfiguredServices {

	private final Map<String, ServiceOverrides> byService = new HashMap<>();

	private final @Nullable Environment environment;

	public ConfiguredServices(@Nullable Environment environment, Map<String, ServiceOverrides> configured,
			List<Declaration> declarations, ParentServices parents, List<GraphProblem> problems) {
		this.environment = environment;
		Map<String, String> services = new HashMap<>();
		Map<String, String> relaxed = new HashMap<>();
		for (Declaration declaration : declarations) {
			services.put(declaration.name(), declaration.name());
			relaxed.putIfAbsent(relax(declaration.name()), declaration.name());
		}
		configured.forEach((key, overrides) -> {
			String service = services.getOrDefault(key, relaxed.get(relax(key)));
			if (service == null && !parents.isConfigured(key)) {
				problems.add(unknown(key, services));
			}
			else if (service != null && (key.equals(service) || !configured.containsKey(service))) {
				this.byService.put(service, overrides);
			}
		});
	}

	static String relax(String name) {
		StringBuilder relaxed = new StringBuilder();
		name.codePoints().filter(Character::isLetterOrDigit).forEach(relaxed::appendCodePoint);
		return relaxed.toString().toLowerCase(Locale.ROOT);
	}

	private GraphProblem unknown(String key, Map<String, String> services) {
		String nearest = NearestName.of(key, services.keySet());
		return new GraphProblem(
				"%s configures service '%s', and there is no service of that name."
					.formatted(SettingOrigins.describe(this.environment, "services", key), key),
				"Correct or remove %s.%s".formatted(SettingKey.of("services", key),
						(nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
	}

	public ServiceOverrides of(String service) {
		return this.byService.getOrDefault(service, ServiceOverrides.NONE);
	}

}
