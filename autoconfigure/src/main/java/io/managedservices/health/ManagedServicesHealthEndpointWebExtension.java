// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointWebExtension;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;

import io.managedservices.ManagedServices;

/**
 * Boot's own extension, which answers probes without a look at every service. Safe for
 * use by several threads.
 *
 * @since 0.1.0
 */
public final class ManagedServicesHealthEndpointWebExtension extends HealthEndpointWebExtension {

	private final WithoutServices others;

	private final HealthEndpointWebExtension probes;

	/**
	 * Create an extension.
	 * @param contributors all contributors
	 * @param reactive reactive contributors, if there are any
	 * @param groups the groups
	 * @param slow from when on a contributor is logged as slow
	 * @param services the services, not asked for before the first query
	 */
	public ManagedServicesHealthEndpointWebExtension(HealthContributorRegistry contributors,
			@Nullable ReactiveHealthContributorRegistry reactive, HealthEndpointGroups groups, @Nullable Duration slow,
			Supplier<ManagedServices> services) {
		super(contributors, reactive, groups, slow);
		this.others = new WithoutServices(contributors, ManagedServicesHealthContributor.NAME, groups, services);
		this.probes = new HealthEndpointWebExtension(this.others, reactive, groups, slow);
	}

	@Override
	public WebEndpointResponse<HealthDescriptor> health(ApiVersion apiVersion,
			@Nullable WebServerNamespace serverNamespace, SecurityContext securityContext, boolean showAll,
			String... path) {
		return this.others.suffices(path)
				? this.probes.health(apiVersion, serverNamespace, securityContext, showAll, path)
				: super.health(apiVersion, serverNamespace, securityContext, showAll, path);
	}

}
