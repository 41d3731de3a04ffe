// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forwards TCP connections from one port of the loopback to another, until it is told to
 * hold everything up: then connections stay open and are accepted still, and nothing
 * comes through, as if the network in between had gone. Safe for use by several threads.
 */
final class TcpProxy implements AutoCloseable {

	private static final int BUFFER = 8192;

	private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final int target;

	private boolean holding;

	TcpProxy(int target) throws IOException {
		this.target = target;
		run("accept", this::accept);
	}

	int port() {
		return this.listener.getLocalPort();
	}

	synchronized void hold() {
		this.holding = true;
	}

	synchronized void forward() {
		this.holding = false;
		notifyAll();
	}

	/**
	 * Ends all connections. New ones come through.
	 */
	void cut() throws IOException {
		for (Socket socket : this.sockets) {
			this.sockets.remove(socket);
			socket.close();
		}
	}

	private synchronized void pass() throws InterruptedException {
		while (this.holding) {
			wait();
		}
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			this.sockets.add(client);
			run("connect", () -> connect(client));
		}
	}

	private void connect(Socket client) throws IOException, InterruptedException {
		try (client) {
			pass();
			try (Socket server = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
				this.sockets.add(server);
				run("answers", () -> pump(server, client));
				pump(client, server);
			}
		}
	}

	private void pump(Socket from, Socket to) throws IOException, InterruptedException {
		try (from; to) {
			// Else small messages wait some 40 ms for those before to be acknowledged.
			to.setTcpNoDelay(true);
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[BUFFER];
			int length = in.read(buffer);
			while (length >= 0) {
				pass();
				out.write(buffer, 0, length);
				length = in.read(buffer);
			}
		}
	}

	private void run(String name, Forwarding forwarding) {
		Thread thread = new Thread(() -> {
			try {
				forwarding.run();
			}
			catch (IOException ex) {
				// One end has closed the connection, or the test is over.
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}, "proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		forward();
		cut();
	}

	/**
	 * What one thread does.
	 */
	@FunctionalInterface
	private interface Forwarding {

		void run() throws IOException, InterruptedException;

	}

}
