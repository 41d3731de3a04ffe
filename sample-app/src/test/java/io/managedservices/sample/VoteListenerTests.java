// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;

import io.managedservices.ServiceContext;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.WorkerBody;
import io.managedservices.work.WorkerContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link VoteListener}: its worker listens, and the test plays those of its
 * connections.
 */
class VoteListenerTests {

	private final ServiceContext context = mock(ServiceContext.class);

	private final WorkerContext worker = mock(WorkerContext.class);

	private final ServiceWorker reader = mock(ServiceWorker.class);

	private final BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();

	private final BlockingQueue<WorkerBody> connections = new LinkedBlockingQueue<>();

	private final BlockingQueue<AutoCloseable> toClose = new LinkedBlockingQueue<>();

	private final ExecutorService threads = Executors.newSingleThreadExecutor();

	private final CompletableFuture<Void> reading = new CompletableFuture<>();

	private CompletableFuture<Void> listening = CompletableFuture.completedFuture(null);

	private volatile boolean stopping;

	@BeforeEach
	void startListener() throws IOException {
		ServiceWork work = mock(ServiceWork.class);
		ServiceWorker listener = mock(ServiceWorker.class, Answers.RETURNS_SELF);
		given(this.context.work()).willReturn(work);
		willAnswer((invocation) -> this.ports.add(invocation.getArgument(0))).given(this.context).provide(any());
		given(work.worker(eq("listener"), any())).willAnswer((invocation) -> {
			given(listener.start()).willAnswer((start) -> listen(invocation.getArgument(1)));
			return listener;
		});
		given(work.worker(eq("connection"), any())).willAnswer((invocation) -> {
			this.connections.add(invocation.getArgument(1));
			return this.reader;
		});
		given(this.reader.start()).willReturn(this.reading);
		given(this.context.isStopping()).willAnswer((invocation) -> this.stopping);
		given(this.worker.closeOnStop(any())).willAnswer((invocation) -> {
			this.toClose.add(invocation.getArgument(0));
			return invocation.getArgument(0);
		});
		new VoteListener(mock(BallotBox.class), 0).start(this.context);
	}

	private CompletableFuture<Void> listen(WorkerBody body) {
		this.listening = CompletableFuture.runAsync(() -> {
			try {
				body.run(this.worker);
			}
			catch (Exception ex) {
				// The test has closed its socket.
				assertThat(this.stopping).isTrue();
			}
		}, this.threads);
		return this.listening;
	}

	@AfterEach
	void stopListener() throws Exception {
		this.stopping = true;
		for (AutoCloseable resource : this.toClose) {
			resource.close();
		}
		this.listening.get(30, TimeUnit.SECONDS);
		this.threads.shutdown();
	}

	@Test
	void stopWhenConnectionHasNotBegunClosesIt() throws Exception {
		try (Socket client = connect()) {
			assertThat(this.connections.poll(30, TimeUnit.SECONDS)).isNotNull();
			this.reading.cancel(false);
			assertThat(client.getInputStream().read()).isEqualTo(-1);
		}
	}

	@Test
	void connectionWhenClientHangsUpEndsWithoutFailure() throws Exception {
		try (Socket client = connect()) {
			client.setSoLinger(true, 0);
		}
		WorkerBody connection = this.connections.poll(30, TimeUnit.SECONDS);
		assertThat(connection).isNotNull();
		assertThatNoException().isThrownBy(() -> connection.run(this.worker));
	}

	private Socket connect() throws IOException, InterruptedException {
		Integer port = this.ports.poll(30, TimeUnit.SECONDS);
		assertThat(port).isNotNull();
		Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
		client.setSoTimeout(5000);
		return client;
	}

}
