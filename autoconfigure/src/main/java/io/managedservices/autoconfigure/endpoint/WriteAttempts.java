package io.managedservices.autoconfigure.endpoint;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

import io.managedservices.actuate.endpoint.ServiceOperations;

/**
 * Attempts to do something to a service that come to the path of the endpoint. Where
 * writing is not allowed Boot maps no operation there, and answers 405 before the
 * endpoint could tell of it. Safe for use by several threads.
 */
final class WriteAttempts {

	/** What is answered where a path exists, and the method does not. */
	static final int NOT_ALLOWED = 405;

	private static final EndpointId ENDPOINT = EndpointId.of("managedservices");

	private final ObjectProvider<PathMappedEndpoints> endpoints;

	private final ObjectProvider<ServiceOperations> operations;

	WriteAttempts(ObjectProvider<PathMappedEndpoints> endpoints, ObjectProvider<ServiceOperations> operations) {
		this.endpoints = endpoints;
		this.operations = operations;
	}

	/**
	 * Which service a request is to do something to.
	 * @param method its method
	 * @param path its path within the application
	 * @return the name of the service, or {@code null} if it is about something else
	 */
	@Nullable String service(String method, String path) {
		PathMappedEndpoints paths = "POST".equals(method) ? this.endpoints.getIfAvailable() : null;
		String root = (paths != null) ? paths.getPath(ENDPOINT) : null;
		return (root != null && path.startsWith(root + "/")) ? path.substring(root.length() + 1) : null;
	}

	/**
	 * Tells of an attempt that was answered with 405.
	 * @param service the service
	 * @param principal who asked, or {@code null} if that is not known
	 */
	void notAllowed(String service, @Nullable String principal) {
		this.operations.ifAvailable((target) -> target.notAllowed(service, principal));
	}

}
