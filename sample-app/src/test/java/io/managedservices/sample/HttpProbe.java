// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Asks one address of an application as an orchestrator does, and remembers each change
 * of the answer. Safe for use by several threads.
 */
final class HttpProbe {

	static final int REFUSED = 0;

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	private final List<Answer> changes = new CopyOnWriteArrayList<>();

	private final URI uri;

	HttpProbe(int port, String path) {
		this.uri = URI.create("http://localhost:" + port + path);
	}

	synchronized Answer ask() {
		Answer answer = answer();
		if (this.changes.isEmpty() || this.changes.get(this.changes.size() - 1).status() != answer.status()) {
			this.changes.add(answer);
		}
		return answer;
	}

	/**
	 * Each answer whose status was another than that of the answer before.
	 * @return the answers so far
	 */
	List<Answer> changes() {
		return this.changes;
	}

	private Answer answer() {
		try {
			HttpResponse<String> response = this.client.send(
					HttpRequest.newBuilder(this.uri).timeout(Duration.ofSeconds(60)).build(),
					HttpResponse.BodyHandlers.ofString());
			return new Answer(response.statusCode(), response.body(), System.nanoTime());
		}
		catch (ConnectException ex) {
			return new Answer(REFUSED, "", System.nanoTime());
		}
		catch (IOException ex) {
			throw new IllegalStateException("No answer from " + this.uri, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What was answered.
	 *
	 * @param status the HTTP status, or {@link #REFUSED} if nothing listens there
	 * @param body the body
	 * @param nanoTime when the answer was there
	 */
	record Answer(int status, String body, long nanoTime) {

	}

}
