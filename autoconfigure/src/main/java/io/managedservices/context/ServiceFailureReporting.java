package io.managedservices.context;

import java.util.List;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;

import io.managedservices.ServiceEvent;
import io.managedservices.ServiceEventListener;
import io.managedservices.ServiceFailure;
import io.managedservices.ServiceFailureReporter;
import io.managedservices.concurrent.GuardedLog;
import io.managedservices.concurrent.LineLog;

/**
 * Passes every failure in the work of services to the {@link ServiceFailureReporter}s.
 * One that throws is logged, and the others are told all the same. Told one event at a
 * time, as listeners are.
 *
 * @since 0.1.0
 */
public final class ServiceFailureReporting implements ServiceEventListener {

	private static final Log logger = LineLog.of(ServiceFailureReporting.class);

	private final List<ServiceFailureReporter> reporters;

	/**
	 * Create a listener.
	 * @param reporters who is told, in this order
	 */
	public ServiceFailureReporting(List<ServiceFailureReporter> reporters) {
		this.reporters = List.copyOf(reporters);
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public void onEvent(ServiceEvent event) {
		if (event instanceof ServiceEvent.WorkFailed failed) {
			this.reporters.forEach((reporter) -> report(reporter, failed.failure()));
		}
	}

	@Override
	public String toString() {
		return this.reporters.stream()
			.map((reporter) -> reporter.getClass().getName())
			.collect(Collectors.joining(", ", "for failure reporters [", "]"));
	}

	private static void report(ServiceFailureReporter reporter, ServiceFailure failure) {
		try {
			reporter.report(failure);
		}
		catch (Throwable ex) {
			GuardedLog.error(logger, "The reporter %s could not take the failure of %s '%s' of service '%s'"
				.formatted(reporter.getClass().getName(), failure.kind(), failure.name(), failure.service()), ex);
		}
		// One that was left by a reporter is not meant for the next.
		Thread.interrupted();
	}

}
