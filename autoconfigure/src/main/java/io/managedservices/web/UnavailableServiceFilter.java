// SPDX-License-Identifier: Apache-2.0
package io.managedservices.web;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Has what the filters after it throw because a service does not run answered as what
 * controllers throw. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class UnavailableServiceFilter extends OncePerRequestFilter implements Ordered {

	/** Within what observes requests, so that the response is seen, not the exception. */
	private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

	private final HandlerExceptionResolver resolver;

	/**
	 * Create a filter.
	 * @param resolver that of MVC, which knows all advices
	 */
	public UnavailableServiceFilter(HandlerExceptionResolver resolver) {
		this.resolver = resolver;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		try {
			chain.doFilter(request, response);
		}
		catch (ServletException | RuntimeException ex) {
			if (response.isCommitted() || UnavailableServices.find(ex) == null
					|| this.resolver.resolveException(request, response, null, unwrapped(ex)) == null) {
				throw ex;
			}
		}
	}

	private static Exception unwrapped(Exception thrown) {
		return (thrown instanceof ServletException && thrown.getCause() instanceof Exception cause) ? cause : thrown;
	}

}
