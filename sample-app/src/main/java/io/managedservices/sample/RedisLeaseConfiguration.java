// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;

import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Keeps the leases of several instances in Redis. The polls stay in the database.
 * Stateless.
 */
@Configuration(proxyBeanMethods = false)
@Profile("cluster & redis")
class RedisLeaseConfiguration {

	// By default Lettuce waits for an answer for a minute, longer than most leases last.
	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	// By default it waits up to 30 s before it connects again, the longer Redis is away.
	private static final Duration RECONNECT_DELAY = Duration.ofMillis(500);

	@Bean(destroyMethod = "shutdown")
	ClientResources redisResources() {
		return DefaultClientResources.builder().reconnectDelay(Delay.constant(RECONNECT_DELAY)).build();
	}

	@Bean
	LettuceConnectionFactory redis(ClientResources resources, @Value("${polls.redis.host}") String host,
			@Value("${polls.redis.port}") int port) {
		return new LettuceConnectionFactory(new RedisStandaloneConfiguration(host, port),
				LettuceClientConfiguration.builder().clientResources(resources).commandTimeout(TIMEOUT).build());
	}

	@Bean
	LockProvider lockProvider(RedisConnectionFactory redis) {
		return new RedisLockProvider.Builder(redis).safeUpdate(true).build();
	}

}
