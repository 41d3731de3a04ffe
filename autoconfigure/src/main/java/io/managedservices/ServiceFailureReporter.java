package io.managedservices;

/**
 * Receives every failure in the work of services: to be implemented by a bean that passes
 * them on, to an error tracker, say. Called on a thread of the engine, one failure at a
 * time and one reporter after the other, for which nothing else waits; what it throws is
 * logged.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ServiceFailureReporter {

	/**
	 * Receives a failure.
	 * @param failure the failure
	 */
	void report(ServiceFailure failure);

}
