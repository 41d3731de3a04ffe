// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.line.Guarded;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.WorkKind;

/**
 * Brings some events to the hooks of a service, one after the other, as long as both
 * services run: what it has not delivered when it ends goes back. Run by one thread,
 * which hands it over to the coordinator at its end.
 */
final class Delivery extends Unit {

	private static final VarHandle CURRENT;

	private static final VarHandle DELIVERED;

	static {
		try {
			CURRENT = MethodHandles.lookup().findVarHandle(Delivery.class, "current", Letter.class);
			DELIVERED = MethodHandles.lookup().findVarHandle(Delivery.class, "delivered", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final Mailbox mailbox;

	private final List<Letter> letters;

	/** How many calls of hooks there are to be. */
	private final int calls;

	/** How many hooks had returned in all when this was made. */
	private final long deliveredBefore;

	private List<Letter> rest = List.of();

	/** How many hooks have returned. Written by one thread, read by any. */
	private int delivered;

	private int lost;

	/** Written by one thread, read by any, through {@link #CURRENT}. */
	@SuppressWarnings("unused")
	private @Nullable Letter current;

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
		return !this.scope.isEnded() && letter.isStillDue();
	}

	private void deliver(Letter letter) {
		try {
			letter.emission.contexts().of(this.mailbox).run(() -> callHooks(letter));
		}
		catch (Throwable ex) {
			failed(this.name, ex);
		}
		if (goesOn(letter)) {
			// The context did not let it through, and would not a second time.
			this.lost += letter.pending();
			letter.giveUp();
		}
	}

	private void callHooks(Letter letter) {
		CURRENT.setRelease(this, letter);
		// Looked at after the flag was cleared, so that no interrupt is lost with it.
		while (letter.pending() > 0 && goesOn(letter)) {
			Hook hook = letter.takeHook();
			if (hook.isClosed()) {
				this.lost++;
			}
			else {
				call(hook, letter.emission.event());
			}
		}
	}

	private void call(Hook hook, Object event) {
		try {
			hook.body.onEvent(event);
			passed(hook);
		}
		catch (Throwable ex) {
			if (!hasTold(ex)) {
				threw(hook, ex);
			}
		}
		DELIVERED.setRelease(this, this.delivered + 1);
		// One that was left by a hook is not meant for the next.
		Thread.interrupted();
	}

	private void threw(Hook hook, Throwable thrown) {
		if (!isCancellation(thrown)) {
			hook.failing = true;
			failed(hook.name, thrown);
		}
		else if (this.scope.isEnded()) {
			String cutOff = what(hook.name);
			List<StackTraceElement> stack = Guarded.stack(thrown);
			this.scope.workload().coordination().submit(Command.of(() -> cutOff(cutOff, stack)));
		}
	}

	private String what(String hook) {
		return this.kind + " '" + hook + "'";
	}

	private void passed(Hook hook) {
		if (hook.failing) {
			hook.failing = false;
			ServiceWorkload workload = this.scope.workload();
			workload.coordination().submit(Command.of(() -> workload.failing().passed(WorkKind.HOOK, hook.name)));
		}
	}

	private void failed(String hook, Throwable cause) {
		ServiceWorkload workload = this.scope.workload();
		workload.coordination().submit(Command.of(() -> {
			workload.failures().add(WorkKind.HOOK, hook, cause, Severity.ERROR);
			if (!this.scope.isEnded()) {
				workload.failing().failed(WorkKind.HOOK, hook, cause, null);
			}
		}));
	}

	@Override
	protected void ended(@Nullable Throwable thrown) {
		this.mailbox.ended(this);
	}

	@Override
	String what() {
		Letter letter = (Letter) CURRENT.getAcquire(this);
		return (letter != null) ? what(letter.taken().name) : super.what();
	}

	int delivered() {
		return (int) DELIVERED.getAcquire(this);
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
