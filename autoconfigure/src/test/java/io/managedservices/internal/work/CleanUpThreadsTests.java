// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleEvent.Stopped;
import io.managedservices.monitor.LifecycleEvent.WorkCutOff;
import io.managedservices.work.MicroTask;
import io.managedservices.work.WorkBody;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Work that cleans up when its service stops, on platform and on virtual threads: what it
 * flushes then reaches a real HTTP server, a file and a database.
 */
class CleanUpThreadsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final HttpClient client = HttpClient.newHttpClient();

	private static @Nullable HttpServer server;

	private static @Nullable EmbeddedPostgres postgres;

	private static final AtomicInteger requests = new AtomicInteger();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	private final Queue<LifecycleEvent> events = new ConcurrentLinkedQueue<>();

	private final AtomicReference<ServiceContext> context = new AtomicReference<>();

	private final CountDownLatch inside = new CountDownLatch(1);

	private final AtomicInteger flushed = new AtomicInteger();

	private int requestsBefore;

	private int rowsBefore;

	private @Nullable ServiceEngine engine;

	@BeforeAll
	static void startServers() throws Exception {
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.setExecutor(Executors.newCachedThreadPool());
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			requests.incrementAndGet();
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		server.start();
		postgres = EmbeddedPostgres.builder()
			.setServerConfig("unix_socket_directories", "")
			.setPGStartupWait(Duration.ofMinutes(2))
			.start();
		try (Connection connection = postgres.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create table flushed (text varchar(20))");
		}
	}

	@AfterAll
	static void stopServers() throws IOException {
		if (server != null) {
			server.stop(0);
		}
		if (postgres != null) {
			postgres.close();
		}
	}

	@BeforeEach
	void count() throws Exception {
		this.requestsBefore = requests.get();
		this.rowsBefore = Sink.POSTGRES.count(this.directory);
	}

	@AfterEach
	void stop() throws Exception {
		if (this.engine != null) {
			this.engine.stop().get(60, TimeUnit.SECONDS);
		}
	}

	static List<Threads> threads() {
		return (Runtime.version().feature() < 21) ? List.of(Threads.PLATFORM) : List.of(Threads.values());
	}

	static Stream<Arguments> sinks() {
		return threads().stream()
			.flatMap((threads) -> Stream.of(Sink.values()).map((sink) -> Arguments.of(threads, sink)));
	}

	static Stream<Arguments> kinds() {
		return sinks().flatMap((arguments) -> Stream.of(Kind.values())
			.map((kind) -> Arguments.of(arguments.get()[0], arguments.get()[1], kind)));
	}

	@ParameterizedTest
	@MethodSource("sinks")
	void workerWhenItPausedFlushesInPeace(Threads threads, Sink sink) throws Exception {
		start(threads, PATIENCE).work().worker("buffer", (worker) -> {
			this.inside.countDown();
			while (worker.pause(Duration.ofMillis(1))) {
				assertThat(Thread.currentThread().isInterrupted()).isFalse();
			}
			flush(sink);
		}).start();
		stopAndAssertFlushed(sink);
		assertThat(cutOff()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void workWhenItLooksFlushesInPeace(Threads threads, Sink sink, Kind kind) throws Exception {
		ServiceContext started = start(threads, PATIENCE);
		kind.begin(started, () -> {
			this.inside.countDown();
			while (!started.isStopping()) {
				Thread.onSpinWait();
			}
			flush(sink);
		});
		stopAndAssertFlushed(sink);
		assertThat(cutOff()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void workWhenItBlocksElsewhereIsInterruptedOnceAndFlushesInPeace(Threads threads, Sink sink, Kind kind)
			throws Exception {
		ServiceContext started = start(threads, PATIENCE);
		kind.begin(started, () -> {
			this.inside.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				if (sink == Sink.FILE) {
					// Since JDK 21 Thread.interrupt wakes the thread first, and then
					// looks
					// whether there is a channel to close: it may find that of the
					// clean-up.
					assertThat(started.isStopping()).isTrue();
				}
				flush(sink);
				assertThat(Thread.interrupted()).isFalse();
			}
		});
		stopAndAssertFlushed(sink);
		assertThat(cutOff()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("sinks")
	void workerWhenItsMicroTaskIsInterruptedFlushesInPeace(Threads threads, Sink sink) throws Exception {
		ServiceContext started = start(threads, PATIENCE);
		started.work().worker("outer", (worker) -> {
			try {
				started.work().run(MicroTask.medium("inner"), () -> {
					this.inside.countDown();
					new CountDownLatch(1).await();
					return "";
				});
			}
			catch (InterruptedException ex) {
				assertThat(worker.isStopping()).isTrue();
				flush(sink);
			}
		}).start();
		stopAndAssertFlushed(sink);
		assertThat(cutOff()).extracting(WorkCutOff::work).containsExactly("micro-task 'inner'");
	}

	@ParameterizedTest
	@MethodSource("sinks")
	void workerWhenItWaitsForASlotFlushesInPeace(Threads threads, Sink sink) throws Exception {
		ServiceContext started = start(threads, PATIENCE);
		MicroTask never = MicroTask.medium("never").withMaxDelay(Duration.ofDays(1));
		List<AutoCloseable> slots = new ArrayList<>();
		for (int slot = 0; slot < WorkSettings.DEFAULTS.microTaskLimit(); slot++) {
			slots.add(started.work().signal(MicroTask.high("busy")));
		}
		started.work().worker("waiting", (worker) -> {
			try {
				this.inside.countDown();
				started.work().run(never, () -> "");
			}
			finally {
				flush(sink);
				for (AutoCloseable slot : slots) {
					slot.close();
				}
			}
		}).start();
		stopAndAssertFlushed(sink);
	}

	@ParameterizedTest
	@MethodSource("sinks")
	void workerThatIsToFinishWhenItFlushesIsNotInterrupted(Threads threads, Sink sink) throws Exception {
		start(threads, PATIENCE).work().worker("flushing", (worker) -> {
			for (int turn = 0; !worker.isStopping() && turn < 100_000; turn++) {
				flush(sink);
				this.inside.countDown();
			}
		}).finishOnStop().start();
		stopAndAssertFlushed(sink);
		assertThat(cutOff()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("sinks")
	void closeOnStopWhenWorkerIsInterruptedClosesInPeace(Threads threads, Sink sink) throws Exception {
		start(threads, PATIENCE).work().worker("client", (worker) -> {
			AtomicBoolean open = new AtomicBoolean(true);
			worker.closeOnStop(() -> {
				if (open.getAndSet(false)) {
					flush(sink);
				}
			});
			this.inside.countDown();
			new CountDownLatch(1).await();
		}).start();
		stopAndAssertFlushed(sink);
	}

	@ParameterizedTest
	@MethodSource("threads")
	void workWhenItIsStillInsideAtHalfTimeIsInterruptedAndToldOnce(Threads threads) throws Exception {
		AtomicInteger interrupts = new AtomicInteger();
		start(threads, Duration.ofSeconds(2)).work().worker("deaf", (worker) -> {
			this.inside.countDown();
			while (interrupts.get() < 2) {
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupts.incrementAndGet();
				}
			}
		}).start();
		stopAll();
		assertThat(cutOff()).singleElement().satisfies((event) -> {
			assertThat(event.work()).isEqualTo("worker 'deaf'");
			assertThat(event.late()).isTrue();
			assertThat(event.after()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
			assertThat(event.stack()).anyMatch((frame) -> frame.getMethodName().equals("await"));
		});
	}

	private ServiceContext start(Threads threads, Duration stopTimeout) throws Exception {
		ThreadBackend backend = (threads == Threads.VIRTUAL) ? ThreadBackend.virtual() : ThreadBackend.platform();
		ServiceSettings settings = ServiceSettings.DEFAULTS.withTimeouts(PATIENCE, PATIENCE, stopTimeout);
		ServiceLifecycle service = new ServiceLifecycle() {

			@Override
			public void start(ServiceContext started) {
				CleanUpThreadsTests.this.context.set(started);
			}

		};
		ServiceEngine created = new ServiceEngine(
				ServiceGraph.of(List.of(ServiceDefinition.of("polls", service, settings, List.of()))),
				EngineSettings.DEFAULTS, backend, new WorkEngine(WorkSettings.DEFAULTS, backend, null));
		this.engine = created;
		created.addListener(this.events::add);
		created.start().get(60, TimeUnit.SECONDS);
		return this.context.get();
	}

	// Fails if it is interrupted.
	private void flush(Sink sink) throws Exception {
		sink.flush(this.directory.resolve("flushed"));
		this.flushed.incrementAndGet();
	}

	private void stopAndAssertFlushed(Sink sink) throws Exception {
		stopAll();
		assertThat(failures()).isEmpty();
		assertThat(this.flushed).as("flushed, of what was told %s", this.events).hasPositiveValue();
		int before = switch (sink) {
			case HTTP -> this.requestsBefore;
			case FILE -> 0;
			case POSTGRES -> this.rowsBefore;
		};
		assertThat(sink.count(this.directory.resolve("flushed")) - before).isEqualTo(this.flushed.get());
	}

	private void stopAll() throws Exception {
		assertThat(this.inside.await(60, TimeUnit.SECONDS)).isTrue();
		if (this.engine != null) {
			this.engine.stop().get(60, TimeUnit.SECONDS);
			// Listeners may be told after the future is completed.
			Awaitility.await().atMost(PATIENCE).until(() -> this.events.stream().anyMatch(Stopped.class::isInstance));
		}
	}

	private List<LifecycleEvent> failures() {
		return this.events.stream()
			.filter((event) -> event instanceof LifecycleEvent.WorkFailed || event instanceof LifecycleEvent.Hanging)
			.toList();
	}

	private List<WorkCutOff> cutOff() {
		return this.events.stream().filter(WorkCutOff.class::isInstance).map(WorkCutOff.class::cast).toList();
	}

	enum Threads {

		PLATFORM, VIRTUAL

	}

	/**
	 * Where something is flushed to that an interrupt cuts off.
	 */
	enum Sink {

		HTTP {

			@Override
			void flush(Path file) throws Exception {
				if (server != null) {
					URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
					client.send(
							HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("flushed")).build(),
							HttpResponse.BodyHandlers.discarding());
				}
			}

			@Override
			int count(Path file) {
				return requests.get();
			}

		},

		FILE {

			@Override
			void flush(Path file) throws IOException {
				try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
						StandardOpenOption.APPEND)) {
					channel.write(ByteBuffer.wrap("flushed\n".getBytes(StandardCharsets.UTF_8)));
					channel.force(false);
				}
			}

			@Override
			int count(Path file) {
				try {
					return Files.exists(file) ? Files.readAllLines(file).size() : 0;
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}

		},

		POSTGRES {

			@Override
			void flush(Path file) throws Exception {
				if (postgres != null) {
					try (Connection connection = postgres.getPostgresDatabase().getConnection();
							Statement statement = connection.createStatement()) {
						statement.execute("insert into flushed values ('text')");
					}
				}
			}

			@Override
			int count(Path file) throws Exception {
				if (postgres == null) {
					return 0;
				}
				try (Connection connection = postgres.getPostgresDatabase().getConnection();
						Statement statement = connection.createStatement();
						java.sql.ResultSet result = statement.executeQuery("select count(*) from flushed")) {
					result.next();
					return result.getInt(1);
				}
			}

		};

		abstract void flush(Path file) throws Exception;

		abstract int count(Path file) throws Exception;

	}

	enum Kind {

		WORKER {

			@Override
			void begin(ServiceContext context, WorkBody body) {
				context.work().worker("w", (worker) -> body.run()).start();
			}

		},

		TASK {

			@Override
			void begin(ServiceContext context, WorkBody body) {
				context.work().task("w", body).queue();
			}

		},

		TICKER {

			@Override
			void begin(ServiceContext context, WorkBody body) {
				context.work().every("w", Duration.ofMillis(1), body);
			}

		},

		MICRO_TASK {

			@Override
			void begin(ServiceContext context, WorkBody body) {
				context.work().start(MicroTask.medium("w"), () -> {
					body.run();
					return "";
				});
			}

		},

		HOOK {

			@Override
			void begin(ServiceContext context, WorkBody body) {
				context.events().on(String.class, (event) -> body.run());
				context.events().emit("closed");
			}

		};

		abstract void begin(ServiceContext context, WorkBody body);

	}

}
