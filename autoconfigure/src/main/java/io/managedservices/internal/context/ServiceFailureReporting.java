package io.managedservices.internal.context;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;

import io.managedservices.internal.concurrent.Guarded;
import io.managedservices.internal.concurrent.LineLog;
import io.managedservices.internal.concurrent.RepeatedLog;
import io.managedservices.internal.concurrent.RepeatedLog.Level;
import io.managedservices.monitor.ServiceEvent;
import io.managedservices.monitor.ServiceEventListener;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceFailureReporter;

/**
 * Passes every failure of services and of their work to the
 * {@link ServiceFailureReporter}s. One that throws is logged, and the others are told all
 * the same. Told one event at a time, as listeners are.
 *
 * @since 0.1.0
 */
public final class ServiceFailureReporting implements ServiceEventListener {

	private static final Log logger = LineLog.of(ServiceFailureReporting.class);

	private final List<ServiceFailureReporter> reporters;

	private final RepeatedLog log;

	/**
	 * Create a listener.
	 * @param reporters who is told, in this order
	 * @param nanoTime the time, in nanoseconds
	 */
	public ServiceFailureReporting(List<ServiceFailureReporter> reporters, LongSupplier nanoTime) {
		this.reporters = List.copyOf(reporters);
		this.log = new RepeatedLog(logger, nanoTime);
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public void onEvent(ServiceEvent event) {
		this.log.look();
		if (event instanceof ServiceEvent.WorkFailed failed) {
			report(failed.failure());
		}
		else if (event instanceof ServiceEvent.ServiceFailed failed) {
			report(failed.failure());
		}
		else if (event instanceof ServiceEvent.Stopped) {
			this.log.end();
		}
	}

	private void report(ServiceFailure failure) {
		this.reporters.forEach((reporter) -> report(reporter, failure));
	}

	private void report(ServiceFailureReporter reporter, ServiceFailure failure) {
		String name = reporter.getClass().getName();
		try {
			reporter.report(failure);
		}
		catch (Throwable ex) {
			this.log.write(Level.ERROR, name, Guarded.text(ex),
					() -> "The reporter %s could not take the failure of %s of service '%s'".formatted(name,
							failure.what(), failure.service()),
					ex);
		}
		// One that was left by a reporter is not meant for the next.
		Thread.interrupted();
	}

	@Override
	public String toString() {
		return this.reporters.stream()
			.map((reporter) -> reporter.getClass().getName())
			.collect(Collectors.joining(", ", "for failure reporters [", "]"));
	}

}
