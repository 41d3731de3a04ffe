// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A Redis on the loopback that has nothing but the lease. Each instance has a proxy of
 * its own before it. Used by one thread.
 */
final class CampaignRedis implements CampaignStore, AutoCloseable {

	private static final String SERVER = "redis-server";

	/** How the names of the jars begin that profile {@code redis} needs. */
	private static final List<String> LIBRARIES = List.of("shedlock-provider-redis-", "shedlock-support-redis-",
			"spring-data-", "lettuce-", "redis-authx-", "netty-", "reactor-core-", "reactive-streams-");

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final Map<String, TcpProxy> proxies = new HashMap<>();

	private final Path directory;

	private final int port;

	private final boolean durable;

	private @Nullable Process server;

	/**
	 * Create a server that does not run.
	 * @param directory where it has its files
	 * @param port where it listens
	 * @param durable whether it writes down what it has, before it answers
	 */
	CampaignRedis(Path directory, int port, boolean durable) {
		this.directory = directory;
		this.port = port;
		this.durable = durable;
	}

	static boolean isInstalled() {
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, SERVER)));
	}

	@Override
	public List<String> settings(String instance) throws IOException {
		TcpProxy proxy = new TcpProxy(this.port);
		this.proxies.put(instance, proxy);
		return List.of("--spring.profiles.include=redis", "--polls.redis.host=127.0.0.1",
				"--polls.redis.port=" + proxy.port());
	}

	@Override
	public List<Path> libraries() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(Path::of)
			.filter((path) -> LIBRARIES.stream().anyMatch(path.getFileName().toString()::startsWith))
			.toList();
	}

	@Override
	public TcpProxy proxy(ClusterInstance instance) {
		return this.proxies.get(instance.name());
	}

	@Override
	public void start() throws IOException {
		List<String> command = new ArrayList<>(List.of(SERVER, "--bind", "127.0.0.1", "--port",
				String.valueOf(this.port), "--dir", this.directory.toString(), "--save", ""));
		command.addAll(List.of("--appendonly", this.durable ? "yes" : "no", "--appendfsync", "always"));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.directory.resolve("redis.log").toFile()))
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		this.server = process;
		Awaitility.await("Redis").atMost(PATIENCE).ignoreExceptions().until(this::isThere);
	}

	private boolean isThere() throws IOException {
		new Socket(InetAddress.getLoopbackAddress(), this.port).close();
		return true;
	}

	@Override
	public void kill() {
		if (this.server != null) {
			this.server.destroyForcibly().onExit().join();
			this.server = null;
		}
	}

	@Override
	public boolean isFenced() {
		return false;
	}

	@Override
	public boolean isDurable() {
		return this.durable;
	}

	@Override
	public void close() throws IOException {
		kill();
		for (TcpProxy proxy : this.proxies.values()) {
			proxy.close();
		}
	}

}
