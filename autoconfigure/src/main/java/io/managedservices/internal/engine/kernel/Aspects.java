// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.lang.reflect.Array;
import java.util.Arrays;

/**
 * The aspects by what they are notified of, in the order in which they are wired: a
 * service that moves is shown to no room that does not care. Immutable.
 */
final class Aspects {

	static final Aspects NONE = new Aspects();

	final Aspect.Entered[] entered;

	final Aspect.Moved[] moved;

	final Aspect.AvailabilityChanged[] availabilityChanged;

	final Aspect.Evaluated[] evaluated;

	final Aspect.Handled[] handled;

	final Aspect.Launch[] launch;

	final Aspect.Publish[] publish;

	final Aspect.ComeAndGo[] comeAndGo;

	final Aspect.ClockJumped[] clockJumped;

	Aspects(Aspect... all) {
		this.entered = those(Aspect.Entered.class, all);
		this.moved = those(Aspect.Moved.class, all);
		this.availabilityChanged = those(Aspect.AvailabilityChanged.class, all);
		this.evaluated = those(Aspect.Evaluated.class, all);
		this.handled = those(Aspect.Handled.class, all);
		this.launch = those(Aspect.Launch.class, all);
		this.publish = those(Aspect.Publish.class, all);
		this.comeAndGo = those(Aspect.ComeAndGo.class, all);
		this.clockJumped = those(Aspect.ClockJumped.class, all);
	}

	@SuppressWarnings("unchecked")
	private static <A extends Aspect> A[] those(Class<A> type, Aspect[] all) {
		return Arrays.stream(all).filter(type::isInstance).toArray((size) -> (A[]) Array.newInstance(type, size));
	}

}
