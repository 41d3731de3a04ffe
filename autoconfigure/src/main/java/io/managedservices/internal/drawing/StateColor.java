// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import io.managedservices.state.ServiceState;

/**
 * The colours of states in drawings. Stateless.
 */
final class StateColor {

	private StateColor() {
	}

	static String of(ServiceState state) {
		return switch (state) {
			case NEW, STOPPED -> "#eceff1";
			case PREPARING, STARTING -> "#bbdefb";
			case WAITING -> "#fff9c4";
			case STANDBY -> "#e1f5fe";
			case BACKOFF -> "#ffcc80";
			case RUNNING -> "#c8e6c9";
			case STOPPING -> "#d1c4e9";
			case FAILED -> "#ef9a9a";
		};
	}

}
