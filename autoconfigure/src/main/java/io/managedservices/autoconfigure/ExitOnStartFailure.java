package io.managedservices.autoconfigure;

import java.util.function.Consumer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import io.managedservices.context.ServicesStartException;

/**
 * Ends an application whose start did not wait for its services when a required one of
 * them fails: reports the same analysis as if it had waited, and closes the context. The
 * process ends as its other threads do, and not with {@code System.exit}; exit code 1 is
 * published as an {@code ExitCodeEvent}. Safe for use by several threads.
 */
final class ExitOnStartFailure implements Consumer<ServicesStartException> {

	private final ConfigurableApplicationContext context;

	ExitOnStartFailure(ConfigurableApplicationContext context) {
		this.context = context;
	}

	@Override
	public void accept(ServicesStartException failure) {
		// Closing waits for the services, whose threads must not do it.
		new SimpleAsyncTaskExecutor("managed-services-exit-").execute(() -> exit(failure));
	}

	private void exit(ServicesStartException failure) {
		FailureAnalysis analysis = new ServicesStartFailureAnalyzer().analyze(failure, failure);
		if (analysis != null) {
			new LoggingFailureAnalysisReporter().report(analysis);
		}
		SpringApplication.exit(this.context, () -> 1);
	}

}
