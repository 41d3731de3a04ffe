// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import org.springframework.boot.ExitCodeGenerator;

import io.managedservices.ServiceContext;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.line.Guarded;

/**
 * The prepare of a service, where an exception with an exit code of 0 is no failure: the
 * application has done what it was started for, and ends. Immutable.
 *
 * @param prepare what was written
 */
record EndingPrepare(ServiceCallbacks.Callback prepare) implements ServiceCallbacks.Callback {

	private static final int MAX_CAUSES = 20;

	/**
	 * Puts it around the prepare of a service, if there is one.
	 * @param callbacks the methods of the service
	 * @return the methods that are called
	 */
	static ServiceCallbacks around(ServiceCallbacks callbacks) {
		ServiceCallbacks.Callback prepare = callbacks.prepare();
		return (prepare != null)
				? new ServiceCallbacks(new EndingPrepare(prepare), callbacks.start(), callbacks.stop(),
						callbacks.checkReady(), callbacks.checkHealth(), callbacks.notice(), callbacks.quiesce())
				: callbacks;
	}

	@Override
	public void call(ServiceContext context) throws Exception {
		try {
			this.prepare.call(context);
		}
		catch (Exception ex) {
			if (!isCleanEnd(ex)) {
				throw ex;
			}
			context.exit(0);
		}
	}

	private static boolean isCleanEnd(Throwable failure) {
		Throwable current = failure;
		for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
			if (current instanceof ExitCodeGenerator generator) {
				return generator.getExitCode() == 0;
			}
			current = Guarded.cause(current);
		}
		return false;
	}

}
