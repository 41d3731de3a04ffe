// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.call;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Two of them, one inside the other. Immutable.
 *
 * @param outer the outer one
 * @param inner the inner one
 * @since 0.1.0
 */
public record SurroundingChain(Surrounding outer, Surrounding inner) implements Surrounding {

	/**
	 * Puts some together.
	 * @param all all of them, the outermost first
	 * @return one that is all of them, or {@code null} if there is none
	 */
	public static @Nullable Surrounding of(List<Surrounding> all) {
		Surrounding chain = null;
		for (Surrounding each : all) {
			chain = (chain != null) ? new SurroundingChain(chain, each) : each;
		}
		return chain;
	}

	@Override
	public void run(Inner code) throws Exception {
		this.outer.run(new Inner(code.subject(), code.origin(), code.cancellation(), () -> this.inner.run(code)));
	}

	@Override
	public @Nullable Object origin() {
		Object origin = this.outer.origin();
		return (origin != null) ? origin : this.inner.origin();
	}

}
