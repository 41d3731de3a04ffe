// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.io.IOException;
import java.security.Principal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells of attempts to do something to a service that are not allowed, with servlets.
 * Safe for use by several threads.
 */
final class ServletWriteAttemptFilter extends OncePerRequestFilter {

	private final WriteAttempts attempts;

	ServletWriteAttemptFilter(WriteAttempts attempts) {
		this.attempts = attempts;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return this.attempts.service(request) == null;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		chain.doFilter(request, response);
		String service = this.attempts.service(request);
		if (service != null && response.getStatus() == WriteAttempts.NOT_ALLOWED) {
			Principal principal = request.getUserPrincipal();
			this.attempts.notAllowed(service, (principal != null) ? principal.getName() : null);
		}
	}

}
