// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;

import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.monitor.ServiceMonitor;

/**
 * The health of all services, with a child for each. Children are looked up when they are
 * asked for, so that the services may come to exist later than this. The services of a
 * child context are below the id of that. Safe for use by several threads; does no I/O
 * and takes no lock.
 * <p>
 * Boot splits the path of a contributor at slashes, so a service whose name has slashes
 * is found below a composite for each part of its name.
 *
 * @since 0.1.0
 */
public final class ManagedServicesHealthContributor implements CompositeHealthContributor {

	/**
	 * The name of the contributor.
	 */
	public static final String NAME = "managedServices";

	private final Supplier<? extends ServiceMonitor> services;

	private final Supplier<TextSanitizer> sanitizer;

	private final String prefix;

	/**
	 * Create a contributor.
	 * @param services the services, not asked for before the first query
	 * @param sanitizer what is shown of texts of others, not asked for before the first
	 * query
	 */
	public ManagedServicesHealthContributor(Supplier<? extends ServiceMonitor> services,
			Supplier<TextSanitizer> sanitizer) {
		this(services, sanitizer, "");
	}

	private ManagedServicesHealthContributor(Supplier<? extends ServiceMonitor> services,
			Supplier<TextSanitizer> sanitizer, String prefix) {
		this.services = services;
		this.sanitizer = sanitizer;
		this.prefix = prefix;
	}

	@Override
	public @Nullable HealthContributor getContributor(String name) {
		String path = this.prefix + name;
		boolean group = false;
		for (String service : (Iterable<String>) names()::iterator) {
			if (service.equals(path)) {
				return new ServiceHealthIndicator(this.services.get(), service, this.sanitizer.get());
			}
			group |= service.startsWith(path + "/");
		}
		if (group) {
			return new ManagedServicesHealthContributor(this.services, this.sanitizer, path + "/");
		}
		ServiceMonitor child = this.prefix.isEmpty() ? this.services.get().children().get(name) : null;
		return (child != null) ? ofChild(child) : null;
	}

	private ManagedServicesHealthContributor ofChild(ServiceMonitor child) {
		return new ManagedServicesHealthContributor(() -> child, this.sanitizer);
	}

	@Override
	public Stream<Entry> stream() {
		BlockersInOnePass blockers = new BlockersInOnePass(this.services.get());
		// Whoever lists them asks each at once, mostly: how it was just now will do.
		Stream<Entry> own = this.services.get()
			.snapshots()
			.stream()
			.filter((service) -> service.name().startsWith(this.prefix))
			.map((service) -> new Entry(service.name().substring(this.prefix.length()),
					new ServiceHealthIndicator(service.name(), () -> service, blockers, this.sanitizer.get())));
		Map<String, ServiceMonitor> children = this.prefix.isEmpty() ? this.services.get().children() : Map.of();
		return children.isEmpty() ? own : Stream.concat(own,
				children.entrySet().stream().map((child) -> new Entry(child.getKey(), ofChild(child.getValue()))));
	}

	private Stream<String> names() {
		return this.services.get()
			.snapshots()
			.stream()
			.map((service) -> service.name())
			.filter((service) -> service.startsWith(this.prefix));
	}

}
