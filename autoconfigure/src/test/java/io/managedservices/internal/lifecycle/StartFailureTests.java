// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;

import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

import io.managedservices.ManagedServices;
import io.managedservices.state.ServiceException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartFailure}, and what is said of it.
 */
class StartFailureTests {

	private static final List<FailureAnalyzer> ANALYZERS = SpringFactoriesLoader
		.forDefaultResourceLocation(StartFailureTests.class.getClassLoader())
		.load(FailureAnalyzer.class, SpringFactoriesLoader.ArgumentResolver.none(), (type, name, failure) -> {
			// Some need a bean factory.
		});

	private final ManagedServices allRun = Mockito.mock(ManagedServices.class);

	@Test
	void timeoutWhenAllCameToRunSinceIsAnalyzed() {
		ServiceException timeout = new ServiceException(null, "Not all required services run after PT0.001S", null);
		assertThat(analyses(timeout)).singleElement().satisfies((analysis) -> {
			assertThat(analysis.getDescription()).isEqualTo("Not all required services run after PT0.001S");
			assertThat(analysis.getAction()).startsWith("Raise managed-services.startup.timeout");
		});
	}

	@Test
	void cancelledStartIsNotAnalyzed() {
		assertThat(analyses(new CancellationException("The start was cancelled"))).isEmpty();
	}

	private List<FailureAnalysis> analyses(Throwable failure) {
		ServicesStartException started = StartFailure.of(this.allRun, failure);
		return ANALYZERS.stream().map((analyzer) -> analyzer.analyze(started)).filter(Objects::nonNull).toList();
	}

}
