// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.PatternMatchUtils;

import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.text.NearestName;
import io.managedservices.internal.text.SettingKey;

/**
 * Finds what is configured for each service. Where no key is exactly its name, one that
 * differs in case, dashes and the like will do: environment variables and properties are
 * bound like that. Where several keys are those of one service, the property source that
 * comes first decides on each setting. Used by one thread.
 */
public final class ConfiguredServices {

	private final Map<String, SettingsOverlay> byService = new HashMap<>();

	/** For all services whose names fit, and that have no key of their own. */
	private final Map<String, SettingsOverlay> patterns = new LinkedHashMap<>();

	private final @Nullable Environment environment;

	/**
	 * Finds what is configured for services.
	 * @param environment where it is configured, or {@code null}
	 * @param configured what is configured, by the name of a service or a pattern
	 * @param declarations the services
	 * @param parents the services of parents
	 * @param problems is told of keys that are those of no service; {@code null} for
	 * services that come later, when all keys have been looked at
	 */
	public ConfiguredServices(@Nullable Environment environment, Map<String, SettingsOverlay> configured,
			List<Declaration> declarations, ParentServices parents, @Nullable List<GraphProblem> problems) {
		this.environment = environment;
		Map<String, String> services = new HashMap<>();
		Map<String, String> relaxed = new HashMap<>();
		for (Declaration declaration : declarations) {
			services.put(declaration.name(), declaration.name());
			relaxed.putIfAbsent(relax(declaration.name()), declaration.name());
		}
		Map<String, Map<String, SettingsOverlay>> found = new LinkedHashMap<>();
		configured.forEach((key, overrides) -> {
			if (isPattern(key)) {
				this.patterns.put(key, overrides);
				return;
			}
			String service = services.getOrDefault(key, relaxed.get(relax(key)));
			if (service == null && problems != null && !parents.isConfigured(key)) {
				problems.add(unknown(key, services));
			}
			else if (service != null) {
				found.computeIfAbsent(service, (name) -> new LinkedHashMap<>()).put(key, overrides);
			}
		});
		found.forEach((service, byKey) -> this.byService.put(service, merged(service, byKey)));
	}

	// One may be in YAML and the other an environment variable, which has no dots in
	// names.
	private SettingsOverlay merged(String service, Map<String, SettingsOverlay> byKey) {
		SettingsOverlay merged = byKey.getOrDefault(service, SettingsOverlay.NONE);
		for (SettingsOverlay overlay : byKey.values()) {
			merged = merged.over(overlay);
		}
		if (byKey.size() > 1) {
			Map<String, Object> first = new HashMap<>();
			for (String setting : merged.values().keySet()) {
				String key = SettingOrigins.firstOf(this.environment, service, byKey.keySet(), setting);
				SettingsOverlay overlay = (key != null) ? byKey.get(key) : null;
				if (overlay != null && overlay.sets(setting)) {
					first.put(setting, overlay.values().get(setting));
				}
			}
			merged = new SettingsOverlay(Map.copyOf(first)).over(merged);
		}
		return merged;
	}

	// No service needs to fit: it may come later.
	private static boolean isPattern(String key) {
		return key.indexOf('*') >= 0;
	}

	/**
	 * A name without what makes no difference in the key of a property.
	 * @param name the name
	 * @return its letters and digits, in lower case
	 */
	public static String relax(String name) {
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

	public SettingsOverlay of(String service) {
		SettingsOverlay own = this.byService.get(service);
		if (own != null) {
			return own;
		}
		// The one that says most about the name.
		return this.patterns.entrySet()
			.stream()
			.filter((pattern) -> PatternMatchUtils.simpleMatch(pattern.getKey(), service))
			.max(Comparator.comparingInt((pattern) -> pattern.getKey().length()))
			.map(Map.Entry::getValue)
			.orElse(SettingsOverlay.NONE);
	}

}
