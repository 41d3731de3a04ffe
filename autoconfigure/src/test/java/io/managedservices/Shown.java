// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.util.List;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;

import io.managedservices.actuate.endpoint.ShownValues;
import io.managedservices.internal.sanitize.TextSanitizer;

/**
 * Shows texts of others to everybody.
 */
public final class Shown {

	/**
	 * Whatever is to be shown.
	 */
	public static final ShownValues VALUES = new ShownValues(Show.ALWAYS, Set.of(), List.of());

	/**
	 * All texts.
	 */
	public static final TextSanitizer TEXTS = VALUES.toAnyone();

	private Shown() {
	}

}
