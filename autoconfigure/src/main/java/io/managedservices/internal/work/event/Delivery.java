// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.work.core.Unit;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.WorkKind;

/**
 * Brings some events to the hooks of a service, one after the other, as long as both
 * services run: what it has not delivered when it ends goes back. Run by one thread,
 * which hands it over to the coordinator at its end.
 */
final class Delivery extends Unit {

	private final Mailbox mailbox;

	private final List<Letter> letters;

	/** How many calls of hooks there are to be. */
	private final int calls;

	/** How many hooks had returned in all when this was made. */
	private final long deliveredBefore;

	private List<Letter> rest = List.of();

	/** How many hooks have returned. Written by one thread, read by any. */
	private final AtomicInteger delivered = new AtomicInteger();

	private int lost;

	/** The one that is or was delivered last. Written by one thread, read by any. */
	private volatile @Nullable Letter current;

	Delivery(WorkScope scope, Mailbox mailbox, List<Letter> letters, long deliveredBefore) {
		super(scope, WorkKind.HOOK, name(letters));
		this.mailbox = mailbox;
		this.letters = letters;
		this.calls = pending(letters);
		this.deliveredBefore = deliveredBefore;
	}

	private static int pending(List<Letter> letters) {
		int pending = 0;
		for (Letter letter : letters) {
			pending += letter.pending();
		}
		return pending;
	}

	private static String name(List<Letter> letters) {
		Letter first = letters.get(0);
		return (letters.size() == 1 && first.pending() == 1) ? first.hook().name : "events";
	}

	@Override
	protected void body() {
		for (Letter letter : this.letters) {
			if (goesOn(letter)) {
				deliver(letter);
			}
			if (letter.pending() > 0) {
				keep(letter);
			}
		}
	}

	private void keep(Letter letter) {
		if (this.rest.isEmpty()) {
			this.rest = new ArrayList<>();
		}
		this.rest.add(letter);
	}

	private boolean goesOn(Letter letter) {
		return !scope().isEnded() && scope().mayBegin() && letter.isStillDue();
	}

	private void deliver(Letter letter) {
		try {
			letter.emission.contexts().of(this.mailbox).run(() -> callHooks(letter));
		}
		catch (Throwable ex) {
			failed(name(), ex);
		}
		if (goesOn(letter)) {
			// The context did not let it through, and would not a second time.
			this.lost += letter.pending();
			letter.giveUp();
		}
	}

	private void callHooks(Letter letter) {
		this.current = letter;
		// Looked at after the flag was cleared, so that no interrupt is lost with it.
		while (letter.pending() > 0 && goesOn(letter)) {
			Hook hook = letter.takeHook();
			if (hook.isClosed()) {
				this.lost++;
			}
			else {
				call(hook, letter.emission);
			}
		}
	}

	private void call(Hook hook, Emission emission) {
		try {
			callInside(hook, emission);
			passed(hook);
		}
		catch (Throwable ex) {
			if (!hasTold(ex)) {
				threw(hook, ex);
			}
		}
		this.delivered.setRelease(this.delivered.getPlain() + 1);
		// One that was left by a hook is not meant for the next.
		Thread.interrupted();
	}

	private void callInside(Hook hook, Emission emission) throws Exception {
		Surrounding surrounding = surrounding();
		if (surrounding == null) {
			hook.body.call(emission.event(), emission, scope().incarnation());
		}
		else {
			surrounding.run(inner(kind(), hook.name, true, emission.contexts().origin(),
					() -> hook.body.call(emission.event(), emission, scope().incarnation())));
		}
	}

	private void threw(Hook hook, Throwable thrown) {
		if (!isCancellation(thrown)) {
			hook.failing = true;
			failed(hook.name, thrown);
		}
		else if (scope().isEnded()) {
			String cutOff = what(hook.name);
			List<StackTraceElement> stack = Guarded.stack(thrown);
			scope().workplace().coordination().submit(Command.of(() -> cutOff(cutOff, stack)));
		}
	}

	private String what(String hook) {
		return kind() + " '" + hook + "'";
	}

	private void passed(Hook hook) {
		if (hook.failing) {
			hook.failing = false;
			Workplace workplace = scope().workplace();
			workplace.coordination().submit(Command.of(() -> workplace.failing().passed(WorkKind.HOOK, hook.name)));
		}
	}

	private void failed(String hook, Throwable cause) {
		Workplace workplace = scope().workplace();
		workplace.coordination().submit(Command.of(() -> {
			workplace.failures().add(WorkKind.HOOK, hook, cause, Severity.ERROR);
			if (!scope().isEnded()) {
				workplace.failing().failed(WorkKind.HOOK, hook, cause, null);
			}
		}));
	}

	@Override
	protected boolean namesItsThread() {
		return false;
	}

	@Override
	protected void lapsed() {
		this.mailbox.ended(this);
	}

	@Override
	protected void ended(@Nullable Throwable thrown) {
		this.mailbox.ended(this);
	}

	@Override
	public String what() {
		Letter letter = this.current;
		return (letter != null) ? what(letter.taken().name) : super.what();
	}

	int delivered() {
		return this.delivered.getAcquire();
	}

	/**
	 * How many hooks of the service have returned. Any thread may ask.
	 * @return calls, with those before this
	 */
	long deliveredInAll() {
		return this.deliveredBefore + delivered();
	}

	/**
	 * How many calls of hooks there were to be.
	 * @return their number
	 */
	int calls() {
		return this.calls;
	}

	/**
	 * How many calls there will not be. Known once it has left.
	 * @return their number
	 */
	int lost() {
		return this.lost;
	}

	/**
	 * What was not delivered, in order. Known once it has left.
	 * @return the letters, all of them if it was withdrawn
	 */
	List<Letter> rest() {
		return hasBegun() ? this.rest : this.letters;
	}

}
