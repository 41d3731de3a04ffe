// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.JoinedFailure;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;

/**
 * Says which services could not be stopped with all others, and why. Stateless.
 */
final class StopDiagnosis {

	private StopDiagnosis() {
	}

	/**
	 * Looks at the services once all are down, or the time for it is over.
	 * @param failed what the stop of each service failed with that could not be stopped
	 * @return the failure, with that of each service as its cause or suppressed;
	 * {@code null} if all were stopped
	 */
	static @Nullable ServiceException of(Map<ServiceNode, Throwable> failed) {
		List<ServiceException> failures = new ArrayList<>();
		failed.forEach((node, cause) -> failures.add(failure(node, cause)));
		return JoinedFailure.of(failures);
	}

	private static ServiceException failure(ServiceNode node, Throwable cause) {
		return new ServiceException((cause instanceof TimeoutException) ? Kind.NOT_IN_TIME : Kind.FAILED, node.name(),
				"Service '%s' could not be stopped: %s".formatted(node.name(), FailureText.of(cause)), cause);
	}

}
