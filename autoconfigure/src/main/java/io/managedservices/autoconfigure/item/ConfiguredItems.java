// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

import io.managedservices.autoconfigure.ManagedServicesItemsProperties;
import io.managedservices.autoconfigure.ManagedServicesItemsProperties.Service;
import io.managedservices.internal.configure.SettingOrigins;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.item.ItemServices.Configuration;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.text.NearestName;
import io.managedservices.internal.text.SettingKey;

/**
 * What is configured of each item service. Immutable.
 */
final class ConfiguredItems implements Configuration {

	/** The properties of all item services, without dashes. */
	private static final Set<String> RESERVED = Set.of("engine", "concurrency", "latethreshold", "maxitems", "retry",
			"dbscheduler");

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName
		.of(ManagedServicesItemsProperties.PREFIX);

	private final ManagedServicesItemsProperties defaults;

	private final Environment environment;

	private final Set<String> ofParents;

	ConfiguredItems(ManagedServicesItemsProperties defaults, Environment environment) {
		this(defaults, environment, Set.of());
	}

	/**
	 * What is configured.
	 * @param defaults for whatever a service does not set
	 * @param environment where it is configured
	 * @param ofParents the names of item services of parent contexts, which share the
	 * environment
	 */
	ConfiguredItems(ManagedServicesItemsProperties defaults, Environment environment, Set<String> ofParents) {
		this.defaults = defaults;
		this.environment = environment;
		this.ofParents = ofParents;
	}

	@Override
	public ItemSettings of(String service, Consumer<GraphProblem> problems) {
		if (RESERVED.contains(relax(service))) {
			problems.accept(new GraphProblem(
					"The name of item service '%s' is that of a property of all item services.".formatted(service),
					"Give service '%s' another name.".formatted(service)));
			return ItemSettings.DEFAULTS;
		}
		Service own = own(service);
		ItemSettings settings = new ItemSettings(or(own.concurrency(), this.defaults.concurrency()),
				new ItemSettings.Retry(or(own.retry().delay(), this.defaults.retry().delay()),
						or(own.retry().multiplier(), this.defaults.retry().multiplier()),
						or(own.retry().maxDelay(), this.defaults.retry().maxDelay())),
				or(own.lateThreshold(), this.defaults.lateThreshold()), or(own.maxItems(), this.defaults.maxItems()));
		ItemSettingsCheck check = new ItemSettingsCheck(service, problems);
		return check.isValid(settings) ? settings : ItemSettings.DEFAULTS;
	}

	@Override
	public void discovered(Set<String> services, Consumer<GraphProblem> problems) {
		// What is wrong with the settings of all is reported even if no service has them.
		if (services.isEmpty()) {
			new ItemSettingsCheck(null, problems).isValid(new ItemSettings(this.defaults.concurrency(),
					new ItemSettings.Retry(this.defaults.retry().delay(), this.defaults.retry().multiplier(),
							this.defaults.retry().maxDelay()),
					this.defaults.lateThreshold(), this.defaults.maxItems()));
		}
		DbSchedulerCheck.check(this.defaults.dbScheduler(), problems);
		Set<String> known = Stream.concat(services.stream(), this.ofParents.stream())
			.map(ConfiguredItems::relax)
			.collect(Collectors.toSet());
		keys().stream()
			.filter((key) -> !RESERVED.contains(relax(key)) && !known.contains(relax(key)))
			.sorted()
			.forEach((key) -> problems.accept(unknown(key, services)));
	}

	// By its name if there is such a key, else by one that differs in case, dashes and
	// the
	// like.
	private Service own(String service) {
		return Stream.concat(Stream.of(service), keys().stream().filter((key) -> relax(key).equals(relax(service))))
			.flatMap((key) -> Stream.of(PREFIX.append("[" + key + "]"),
					ConfigurationPropertyName.adapt(PREFIX + "." + key, '.')))
			.map((name) -> Binder.get(this.environment).bind(name, Bindable.of(Service.class)))
			.filter(BindResult::isBound)
			.findFirst()
			.map(BindResult::get)
			.orElse(Service.NONE);
	}

	private Set<String> keys() {
		return Binder.get(this.environment)
			.bind(PREFIX, Bindable.mapOf(String.class, Object.class))
			.map(Map::keySet)
			.orElse(Set.of());
	}

	private GraphProblem unknown(String key, Set<String> services) {
		String nearest = NearestName.of(key, services);
		return new GraphProblem(
				"%s configures item service '%s', and there is no item service of that name."
					.formatted(SettingOrigins.describe(this.environment, "items", key), key),
				"Correct or remove %s.%s".formatted(SettingKey.of("items", key),
						(nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
	}

	// What differs in case, dashes and the like is the same property.
	private static String relax(String name) {
		StringBuilder relaxed = new StringBuilder();
		name.codePoints().filter(Character::isLetterOrDigit).forEach(relaxed::appendCodePoint);
		return relaxed.toString().toLowerCase(Locale.ROOT);
	}

	private static <T> T or(@Nullable T own, T other) {
		return (own != null) ? own : other;
	}

}
