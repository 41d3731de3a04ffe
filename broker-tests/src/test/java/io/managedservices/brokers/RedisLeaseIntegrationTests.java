// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceLifecycle;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.lease.ManagedServicesLeasesAutoConfiguration;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for leases on a real Redis server. Skipped where there is none.
 */
class RedisLeaseIntegrationTests {

	@TempDir
	Path directory;

	private Process server;

	private int port;

	@BeforeEach
	void startServer() throws IOException {
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			this.port = free.getLocalPort();
		}
		try {
			this.server = new ProcessBuilder("redis-server", "--bind", "127.0.0.1", "--port", String.valueOf(this.port),
					"--save", "", "--dir", this.directory.toString())
				.redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("redis.log").toFile())
				.start();
		}
		catch (IOException ex) {
			Assumptions.abort("No redis-server: " + ex.getMessage());
		}
		Awaitility.await().ignoreExceptions().until(() -> {
			new Socket(InetAddress.getLoopbackAddress(), this.port).close();
			return true;
		});
	}

	@AfterEach
	void stopServer() throws InterruptedException {
		if (this.server != null) {
			this.server.destroy();
			this.server.waitFor(10, TimeUnit.SECONDS);
		}
	}

	@Test
	void oneOfTwoInstancesRunsTheServiceAndTheOtherFollowsWhenItCloses() {
		try (ConfigurableApplicationContext first = run(true)) {
			assertThat(state(first)).isEqualTo(ServiceState.RUNNING);
			try (ConfigurableApplicationContext second = run(true)) {
				assertThat(state(second)).isEqualTo(ServiceState.STANDBY);
				Awaitility.await().until(() -> lease(first).counts().renewals() >= 2);
				assertThat(state(second)).isEqualTo(ServiceState.STANDBY);
				SpringApplication.exit(first);
				Awaitility.await().until(() -> state(second) == ServiceState.RUNNING);
			}
		}
	}

	@Test
	void providerThatExtendsTheLockOfAnotherIsRefused() {
		assertThatException().isThrownBy(() -> run(false))
			.havingRootCause()
			.withMessageContaining("lets a lock that has expired take over that of another instance");
	}

	private static ServiceState state(ConfigurableApplicationContext context) {
		return context.getBean(ManagedServices.class).snapshot("poller").state();
	}

	private static LeaseSnapshot lease(ConfigurableApplicationContext context) {
		return context.getBean(ManagedServices.class).leases().get(0);
	}

	private ConfigurableApplicationContext run(boolean safeUpdate) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("redis.port=" + this.port, "redis.safe=" + safeUpdate, "managed-services.lease.duration=3s",
					"managed-services.lease.poll=50ms")
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class,
			ManagedServicesLeasesAutoConfiguration.class })
	static class Application {

		@Bean
		LettuceConnectionFactory redis(@Value("${redis.port}") int port) {
			return new LettuceConnectionFactory("127.0.0.1", port);
		}

		@Bean
		LockProvider lockProvider(RedisConnectionFactory redis, @Value("${redis.safe}") boolean safe) {
			return new RedisLockProvider.Builder(redis).safeUpdate(safe).build();
		}

		@Bean
		@ManagedService(lease = "polls")
		Poller poller() {
			return new Poller();
		}

	}

	static class Poller implements ServiceLifecycle {

	}

}
