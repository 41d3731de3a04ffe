// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.health;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;

import io.managedservices.ScriptedServices;
import io.managedservices.ServedServices;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for health and its groups over HTTP.
 */
class HealthProbesIntegrationTests {

	private static final String SHOW_ALL = "management.endpoint.health.show-details=always";

	/**
	 * With Tomcat and Netty on the class path both want to serve management.
	 */
	private static final String ONE_REACTIVE_SERVER = "spring.autoconfigure.exclude=org.springframework.boot"
			+ ".tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

	private final ScriptedServices services = new ScriptedServices().required("database")
		.required("pollBook", "database")
		.optional("statistics");

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void probesWhenServicesComeUpFollowThem(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(this.services, type, ServedServices.SHOWN)) {
			this.services.move("database", ServiceState.BACKOFF).move("pollBook", ServiceState.WAITING);
			for (String probe : List.of("readiness", "startup")) {
				assertThat(application.get("/actuator/health/" + probe).statusLine()).isEqualTo("503 OUT_OF_SERVICE");
			}
			assertThat(application.get("/actuator/health/liveness").statusLine()).isEqualTo("200 UP");
			assertThat(application.get("/actuator/health").statusLine()).isEqualTo("503 OUT_OF_SERVICE");
			this.services.move("database", ServiceState.RUNNING).move("pollBook", ServiceState.RUNNING);
			for (String probe : List.of("readiness", "startup")) {
				assertThat(application.get("/actuator/health/" + probe).statusLine()).isEqualTo("200 UP");
			}
			assertThat(application.get("/actuator/health").statusLine()).isEqualTo("200 UP");
			assertThat(application.get("/actuator/health").<List<String>>json("$.groups")).containsExactly("liveness",
					"readiness", "startup");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void healthWhenDetailsAreShownHasChildPerService(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(this.services.required("feeds/eu \"west\""), type,
				ServedServices.SHOWN, SHOW_ALL,
				"management.endpoint.health.group.storage.include=managedServices/database,managedServices/feeds/eu \"west\"")) {
			this.services.moveAll(ServiceState.RUNNING).move("database", ServiceState.FAILED);
			ServedServices.Answer health = application.get("/actuator/health");
			assertThat(health.statusLine()).isEqualTo("503 DOWN");
			assertThat(health.<Map<String, ?>>json("$.components")).containsKey("managedServices")
				.doesNotContainKey("managedServicesReadiness");
			assertThat(health.<Map<String, ?>>json("$.components.managedServices.components"))
				.containsOnlyKeys("database", "pollBook", "statistics", "feeds/eu \"west\"");
			assertThat(application.get("/actuator/health/managedServices/database").statusLine()).isEqualTo("503 DOWN");
			assertThat(application.get("/actuator/health/managedServices/feeds/eu%20%22west%22").statusLine())
				.isEqualTo("200 UP");
			assertThat(application.get("/actuator/health/managedServices/nobody").code()).isEqualTo(404);
			assertThat(application.get("/actuator/health/storage")
				.<Map<String, ?>>json("$.components.managedServices.components"))
				.containsOnlyKeys("database", "feeds/eu \"west\"");
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("503 OUT_OF_SERVICE");
			assertThat(application.get("/actuator/health/startup")
				.<Map<String, ?>>json("$.components.managedServicesReadiness.details.services"))
				.containsOnlyKeys("database");
		}
	}

	@Test
	void healthWhenOptionalServiceIsNotUpIsDegradedAndTheWholeStaysUp() {
		try (ServedServices application = ServedServices.run(this.services, WebApplicationType.SERVLET,
				ServedServices.SHOWN, SHOW_ALL)) {
			this.services.moveAll(ServiceState.RUNNING).move("statistics", ServiceState.FAILED);
			ServedServices.Answer health = application.get("/actuator/health");
			assertThat(health.statusLine()).isEqualTo("200 UP");
			assertThat(health.<String>json("$.components.managedServices.status")).isEqualTo("UP");
			assertThat(health.<String>json("$.components.managedServices.components.statistics.status"))
				.isEqualTo("DEGRADED");
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("200 UP");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void probesWhenNoServiceIsAMemberDoNotLookAtEachService(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(this.services.moveAll(ServiceState.RUNNING), type,
				ServedServices.SHOWN)) {
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("200 UP");
			int listings = this.services.listings();
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("200 UP");
			assertThat(this.services.listings()).isEqualTo(listings);
			assertThat(application.get("/actuator/health").statusLine()).isEqualTo("200 UP");
			assertThat(this.services.listings()).isGreaterThan(listings);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void groupWhenItHasAServiceAsMemberFollowsThatService(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(this.services.moveAll(ServiceState.RUNNING), type,
				ServedServices.SHOWN, "management.endpoint.health.group.data.include=managedServices/database",
				"management.endpoint.health.group.data.show-components=always")) {
			this.services.move("pollBook", ServiceState.FAILED);
			assertThat(application.get("/actuator/health/data").statusLine()).isEqualTo("200 UP");
			this.services.move("database", ServiceState.FAILED);
			assertThat(application.get("/actuator/health/data").statusLine()).isEqualTo("503 DOWN");
			assertThat(application.get("/actuator/health/data").body()).contains("database").doesNotContain("pollBook");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void probesWhenBootHasNoneAreThere(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(this.services, type, ServedServices.SHOWN,
				"management.endpoint.health.probes.enabled=false")) {
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("503 OUT_OF_SERVICE");
			assertThat(application.get("/actuator/health/liveness").code()).isEqualTo(404);
			this.services.moveAll(ServiceState.RUNNING);
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("200 UP");
			assertThat(application.get("/actuator/health/startup").statusLine()).isEqualTo("200 UP");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void probesWhenManagementHasItsOwnPortHaveAdditionalPathsOnTheMainOne(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(this.services, type, ServedServices.SHOWN,
				"management.server.port=0", "management.endpoint.health.probes.add-additional-paths=true",
				ONE_REACTIVE_SERVER, "management.endpoint.health.group.startup.include=managedServicesReadiness",
				"management.endpoint.health.group.startup.additional-path=server:/startupz")) {
			for (String code : List.of("503 OUT_OF_SERVICE", "200 UP")) {
				assertThat(application.getManagement("/actuator/health/readiness").statusLine()).isEqualTo(code);
				assertThat(application.getManagement("/actuator/health/startup").statusLine()).isEqualTo(code);
				assertThat(application.get("/readyz").statusLine()).isEqualTo(code);
				assertThat(application.get("/startupz").statusLine()).isEqualTo(code);
				assertThat(application.get("/livez").statusLine()).isEqualTo("200 UP");
				this.services.moveAll(ServiceState.RUNNING);
			}
		}
	}

	@Test
	void readinessWhenUserConfiguredGroupKeepsItsMembersAndSettings() {
		try (ServedServices application = ServedServices.run(this.services, WebApplicationType.SERVLET,
				ServedServices.SHOWN, "management.endpoint.health.group.readiness.include=readinessState,ping",
				"management.endpoint.health.group.readiness.show-components=always",
				"management.endpoint.health.group.readiness.additional-path=server:/ready",
				"management.endpoint.health.group.readiness.status.http-mapping.out-of-service=418")) {
			ServedServices.Answer answer = application.get("/actuator/health/readiness");
			assertThat(answer.statusLine()).isEqualTo("418 OUT_OF_SERVICE");
			assertThat(answer.<Map<String, ?>>json("$.components")).containsOnlyKeys("managedServicesReadiness", "ping",
					"readinessState");
			assertThat(application.get("/ready").code()).isEqualTo(418);
			assertThat(application.context()
				.getBean(PathMappedEndpoints.class)
				.getAdditionalPaths(WebServerNamespace.SERVER, HealthEndpoint.ID)).containsOnly("/ready");
			this.services.moveAll(ServiceState.RUNNING);
			assertThat(application.get("/ready").statusLine()).isEqualTo("200 UP");
		}
	}

	@Test
	void readinessWhenUserExcludesIndicatorDoesNotFollowServices() {
		try (ServedServices application = ServedServices.run(this.services, WebApplicationType.SERVLET,
				ServedServices.SHOWN, "management.endpoint.health.group.readiness.include=*",
				"management.endpoint.health.group.readiness.exclude=managedServicesReadiness,managedServices")) {
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("200 UP");
			assertThat(application.get("/actuator/health/startup").statusLine()).isEqualTo("503 OUT_OF_SERVICE");
		}
	}

	@Test
	void probesWhenUserMapsStatusOfPrimaryKeepTheirOwnMapping() {
		try (ServedServices application = ServedServices.run(this.services, WebApplicationType.SERVLET,
				ServedServices.SHOWN, "management.endpoint.health.status.http-mapping.fatal=500")) {
			assertThat(application.get("/actuator/health/startup").statusLine()).isEqualTo("503 OUT_OF_SERVICE");
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("503 OUT_OF_SERVICE");
		}
	}

	@Test
	void healthWhenSwitchedOffShowsNothingOfServices() {
		try (ServedServices application = ServedServices.run(this.services, WebApplicationType.SERVLET,
				ServedServices.SHOWN, SHOW_ALL, "management.health.managedservices.enabled=false")) {
			assertThat(application.get("/actuator/health").<Map<String, ?>>json("$.components"))
				.doesNotContainKeys("managedServices", "managedServicesReadiness");
			assertThat(application.get("/actuator/health/readiness").statusLine()).isEqualTo("200 UP");
			assertThat(application.get("/actuator/health/startup").code()).isEqualTo(404);
		}
	}

}
