// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import io.managedservices.internal.call.Surrounding;

/**
 * Puts the names of the service and of its work into the context of log lines that user
 * code inside services writes. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class NamesInContext implements Surrounding {

	/** The key of the name of the service. */
	public static final String SERVICE = "managedservice.name";

	/** The key of what of the service writes the line. */
	public static final String WORK = "managedservice.work";

	@Override
	public void run(Inner inner) throws Exception {
		String outerService = MDC.get(SERVICE);
		String outerWork = MDC.get(WORK);
		MDC.put(SERVICE, inner.subject().service());
		MDC.put(WORK, work(inner.subject()));
		try {
			inner.run();
		}
		finally {
			restore(SERVICE, outerService);
			restore(WORK, outerWork);
		}
	}

	private static String work(Subject subject) {
		return (subject.name() != null) ? subject.kind() + " " + subject.name() : subject.kind();
	}

	private static void restore(String key, @Nullable String value) {
		if (value != null) {
			MDC.put(key, value);
		}
		else {
			MDC.remove(key);
		}
	}

}
