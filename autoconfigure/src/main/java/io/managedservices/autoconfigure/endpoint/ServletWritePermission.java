// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * Asks the rules of Spring Security whether who reads a service could write to the same
 * address. Safe for use by several threads.
 */
final class ServletWritePermission implements WritePermission {

	private final ObjectProvider<WebInvocationPrivilegeEvaluator> rules;

	private final WebApplicationContext context;

	ServletWritePermission(ObjectProvider<WebInvocationPrivilegeEvaluator> rules, WebApplicationContext context) {
		this.rules = rules;
		this.context = context;
	}

	@Override
	public boolean isGranted() {
		return !(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
				|| isElsewhere(attributes.getRequest()) || isGranted(attributes.getRequest());
	}

	// The rules take each request for one to the server of the application, and those for
	// endpoints do not match there if these have a server of their own.
	private boolean isElsewhere(HttpServletRequest request) {
		return WebApplicationContextUtils.getWebApplicationContext(request.getServletContext()) != this.context;
	}

	private boolean isGranted(HttpServletRequest request) {
		String context = request.getContextPath();
		String path = request.getRequestURI().substring(context.length());
		Authentication caller = SecurityContextHolder.getContext().getAuthentication();
		try {
			return this.rules.stream().allMatch((rule) -> rule.isAllowed(context, path, "POST", caller));
		}
		catch (UnsupportedOperationException ex) {
			// A rule looks at more of a request than its address and its method.
			return true;
		}
	}

}
