// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that read polls and vote, one request after the other, each on a connection of
 * its own, until nobody listens any more. They count what was answered in full. A request
 * that one instance does not take goes to the next, where there are several; nothing else
 * is tried again, so that what was done and not answered is found out. Safe for use by
 * several threads.
 */
final class PollsLoad implements AutoCloseable {

	private static final int CLIENTS = 4;

	private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");

	private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: (\\d+)\r\n");

	final AtomicInteger polls = new AtomicInteger();

	final AtomicInteger votes = new AtomicInteger();

	final AtomicInteger unavailable = new AtomicInteger();

	final AtomicInteger others = new AtomicInteger();

	/** Those that were not answered, or not in full. */
	final AtomicInteger unanswered = new AtomicInteger();

	private final AtomicInteger requests = new AtomicInteger();

	private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

	private final Supplier<List<Integer>> ports;

	PollsLoad(int port) {
		this(() -> List.of(port));
	}

	/**
	 * Create clients that begin at once.
	 * @param ports gives the ports of the instances that take requests at present
	 */
	PollsLoad(Supplier<List<Integer>> ports) {
		this.ports = ports;
		for (int client = 0; client < CLIENTS; client++) {
			Future<?> unused = this.clients.submit(this::run);
		}
		this.clients.shutdown();
	}

	void awaitVotes(int count) {
		Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> this.votes.get() >= count);
	}

	void awaitEnd() throws InterruptedException {
		assertThat(this.clients.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
	}

	private void run() {
		try {
			while (!Thread.currentThread().isInterrupted()) {
				count(ask("GET", "/polls"), 200, this.polls);
				count(ask("POST", "/polls/200/votes?answer=yes"), 202, this.votes);
			}
		}
		catch (ConnectException ex) {
			// Nobody listens any more.
		}
		catch (IOException ex) {
			this.others.incrementAndGet();
		}
	}

	private void count(int status, int expected, AtomicInteger counter) {
		if (status == expected) {
			counter.incrementAndGet();
		}
		else if (status == 503) {
			this.unavailable.incrementAndGet();
		}
		else if (status != 0) {
			this.others.incrementAndGet();
		}
		else {
			this.unanswered.incrementAndGet();
		}
	}

	/**
	 * Sends a request, to one instance after the other until it is taken.
	 * @return the status of an answer that came in full, else 0
	 */
	private int ask(String method, String path) throws IOException {
		List<Integer> known = this.ports.get();
		int first = this.requests.getAndIncrement();
		int status = 0;
		ConnectException refused = null;
		for (int next = 0; next < known.size() && (status == 0 || status == 503); next++) {
			try {
				status = ask(known.get((first + next) % known.size()), method, path);
				refused = null;
			}
			catch (ConnectException ex) {
				refused = ex;
			}
		}
		if (refused != null && status == 0) {
			throw refused;
		}
		return status;
	}

	private static int ask(int port, String method, String path) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout(60_000);
			String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
					+ (method.equals("POST") ? "Content-Length: 0\r\n" : "") + "\r\n";
			return ask(socket, request.getBytes(StandardCharsets.US_ASCII));
		}
	}

	private static int ask(Socket socket, byte[] request) throws IOException {
		try {
			socket.getOutputStream().write(request);
			return statusIfComplete(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
		}
		catch (SocketException ex) {
			// It was connected, and the server has closed before it took the request.
			return 0;
		}
	}

	private static int statusIfComplete(String answer) {
		Matcher status = STATUS.matcher(answer);
		int end = answer.indexOf("\r\n\r\n");
		if (!status.lookingAt() || end < 0) {
			return 0;
		}
		Matcher length = LENGTH.matcher(answer.substring(0, end + 2));
		boolean complete = length.find() ? answer.length() - end - 4 == Integer.parseInt(length.group(1))
				: answer.endsWith("\r\n0\r\n\r\n");
		return complete ? Integer.parseInt(status.group(1)) : 0;
	}

	/**
	 * Tells the clients to end.
	 */
	void stop() {
		this.clients.shutdownNow();
	}

	@Override
	public void close() {
		stop();
	}

}
