// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.state.ServiceException;
import io.managedservices.work.WorkerContext;

/**
 * Takes votes from a local socket, a line each, such as {@code 200 yes}, and answers each
 * with a line: the service {@code voteListener}. One worker listens, and one more for
 * each connection reads. It provides the port. Safe for use by several threads.
 */
@ManagedService(provides = Integer.class)
class VoteListener implements ServiceLifecycle {

	private static final Logger logger = LoggerFactory.getLogger("voteListener");

	private static final int BACKLOG = 50;

	private final BallotBox ballotBox;

	private final int port;

	VoteListener(BallotBox ballotBox, @Value("${polls.votes-port:0}") int port) {
		this.ballotBox = ballotBox;
		this.port = port;
	}

	@Override
	public void start(ServiceContext context) {
		CompletableFuture<Void> unused = context.work()
			.worker("listener", (worker) -> listen(worker, context))
			.restartOnFailure()
			.start();
	}

	// A thread that waits for a connection does not notice that it is interrupted.
	private void listen(WorkerContext worker, ServiceContext context) throws IOException {
		try (ServerSocket server = worker
			.closeOnStop(new ServerSocket(this.port, BACKLOG, InetAddress.getLoopbackAddress()))) {
			context.provide(server.getLocalPort());
			while (!worker.isStopping()) {
				Socket client = server.accept();
				// If the service is told to stop before the worker has begun, nobody else
				// closes it.
				CompletableFuture<Void> unused = context.work()
					.worker("connection", (reader) -> read(reader, client))
					.start()
					.whenComplete((ended, failure) -> close(client));
			}
		}
		catch (IOException ex) {
			if (!worker.isStopping()) {
				throw ex;
			}
		}
	}

	private void read(WorkerContext worker, Socket client) {
		try (Socket socket = worker.closeOnStop(client);
				BufferedReader lines = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
				PrintWriter answers = new PrintWriter(
						new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8), true)) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				answers.println(vote(line));
			}
		}
		catch (IOException ex) {
			hungUp(ex);
		}
	}

	private static void close(Socket client) {
		try {
			client.close();
		}
		catch (IOException ex) {
			hungUp(ex);
		}
	}

	// What a client does with its connection is no failure of the service.
	private static void hungUp(IOException ex) {
		logger.debug("A connection has ended: {}", ex.getMessage());
	}

	private String vote(String line) {
		String[] parts = line.strip().split(" ", 2);
		try {
			if (parts.length < 2) {
				return "expected the number of a poll and an answer, found '%s'".formatted(line);
			}
			this.ballotBox.cast(new Ballot(Long.parseLong(parts[0]), parts[1]));
			return "taken";
		}
		catch (NumberFormatException ex) {
			return "expected the number of a poll, found '%s'".formatted(parts[0]);
		}
		catch (ServiceException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

}
