// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;

import org.springframework.beans.factory.annotation.Value;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.state.ServiceException;

/**
 * Takes votes from a local socket, a line each, such as {@code 200 yes}, and answers each
 * with a line: the service {@code voteListener}. One worker listens, and one more for
 * each connection reads. It provides the port. Safe for use by several threads.
 */
@ManagedService(provides = Integer.class)
class VoteListener implements ServiceLifecycle {

	private static final int BACKLOG = 50;

	private final BallotBox ballotBox;

	private final int port;

	VoteListener(BallotBox ballotBox, @Value("${polls.votes-port:0}") int port) {
		this.ballotBox = ballotBox;
		this.port = port;
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored")
	public void start(ServiceContext context) throws IOException {
		ServerSocket server = new ServerSocket(this.port, BACKLOG, InetAddress.getLoopbackAddress());
		context.provide(server.getLocalPort());
		context.work()
			.worker("listener", (worker) -> listen(worker.closeOnStop(server), context))
			.restartOnFailure()
			.start()
			.whenComplete((ended, failure) -> close(server));
	}

	@SuppressWarnings("FutureReturnValueIgnored")
	private void listen(ServerSocket server, ServiceContext context) throws IOException {
		while (!context.isStopping()) {
			Socket client = server.accept();
			context.work()
				.worker("connection", (worker) -> read(worker.closeOnStop(client)))
				.start()
				.whenComplete((ended, failure) -> close(client));
		}
	}

	private void read(Socket client) throws IOException {
		Scanner lines = new Scanner(client.getInputStream(), StandardCharsets.UTF_8);
		PrintStream answers = new PrintStream(client.getOutputStream(), true, StandardCharsets.UTF_8);
		while (lines.hasNextLine()) {
			answers.println(vote(lines.nextLine()));
		}
	}

	private String vote(String line) {
		try {
			this.ballotBox.cast(Ballot.parse(line));
			return "taken";
		}
		catch (IllegalArgumentException | ServiceException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	// If the service stops before a worker has begun, nothing else closes what it reads.
	private static void close(Closeable resource) {
		try {
			resource.close();
		}
		catch (IOException ex) {
			// It is of no use any more.
		}
	}

}
