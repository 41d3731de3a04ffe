// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.net.URL;
import java.util.Map;

import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.model.SystemConfig;

/**
 * A broker that speaks AMQP 0-9-1 as RabbitMQ does, in memory.
 */
final class AmqpBroker {

	private final SystemLauncher launcher = new SystemLauncher();

	private final int port;

	AmqpBroker(int port) {
		this.port = port;
	}

	void start() throws Exception {
		URL configuration = AmqpBroker.class.getResource("/amqp-broker.json");
		this.launcher.startup(Map.of(SystemConfig.TYPE, "Memory", SystemConfig.INITIAL_CONFIGURATION_LOCATION,
				configuration.toExternalForm(), SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, "false",
				SystemConfig.CONTEXT, Map.of("amqp.port", Integer.toString(this.port))));
	}

	void stop() {
		this.launcher.shutdown();
	}

}
