// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Locale;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the bodies of requests to do something to a service, with servlets. Safe for use
 * by several threads.
 */
final class ServletBodyLimitFilter extends OncePerRequestFilter {

	private final WriteAttempts attempts;

	ServletBodyLimitFilter(WriteAttempts attempts) {
		this.attempts = attempts;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String service = this.attempts.service(request);
		if (service == null || (isForm(request) && request.getContentLengthLong() <= BodyLimit.MAX_BODY)) {
			chain.doFilter(request, response);
			return;
		}
		byte[] body = (request.getContentLengthLong() > BodyLimit.MAX_BODY) ? null : read(request);
		if (body != null) {
			chain.doFilter(new ReadRequest(request, body), response);
			return;
		}
		Principal principal = request.getUserPrincipal();
		this.attempts.tooLarge(service, (principal != null) ? principal.getName() : null);
		response.setStatus(BodyLimit.TOO_LARGE);
		response.setContentType("application/json");
		response.getOutputStream().write(BodyLimit.answer());
	}

	// No operation is a form, and the server has a limit of its own for them.
	private static boolean isForm(HttpServletRequest request) {
		String type = String.valueOf(request.getContentType()).toLowerCase(Locale.ROOT);
		return type.startsWith("multipart/") || type.startsWith("application/x-www-form-urlencoded");
	}

	private static byte @Nullable [] read(HttpServletRequest request) throws IOException {
		byte[] body = request.getInputStream().readNBytes(BodyLimit.MAX_BODY + 1);
		return (body.length <= BodyLimit.MAX_BODY) ? body : null;
	}

	/**
	 * A request whose body has been read.
	 */
	private static final class ReadRequest extends HttpServletRequestWrapper {

		private final ReadBody body;

		ReadRequest(HttpServletRequest request, byte[] body) {
			super(request);
			this.body = new ReadBody(body);
		}

		@Override
		public ServletInputStream getInputStream() {
			return this.body;
		}

		@Override
		public BufferedReader getReader() {
			String encoding = getCharacterEncoding();
			return new BufferedReader(new InputStreamReader(this.body,
					(encoding != null) ? Charset.forName(encoding) : StandardCharsets.UTF_8));
		}

	}

	/**
	 * A body that has been read.
	 */
	private static final class ReadBody extends ServletInputStream {

		private final ByteArrayInputStream body;

		ReadBody(byte[] body) {
			this.body = new ByteArrayInputStream(body);
		}

		@Override
		public int read() {
			return this.body.read();
		}

		@Override
		public int read(byte[] buffer, int offset, int length) {
			return this.body.read(buffer, offset, length);
		}

		@Override
		public boolean isFinished() {
			return this.body.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new UnsupportedOperationException("The body of an operation is read before it is handled");
		}

	}

}
