// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.work.core.ScopeAccess;
import io.managedservices.internal.work.core.ScopedCall;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTask.Priority;

/**
 * What several threads meet in, in many interleavings, as Lincheck chooses them.
 */
@Tag("lincheck")
class MicroTaskInterleavingTests {

	private static final int CALLS = 5;

	@Test
	void slotsWhenSeveralThreadsEnterAreNeverLost() {
		options().verifier(EpsilonVerifier.class).check(Slots.class);
	}

	@Test
	void endWhenOthersBeginAndLeaveSeesThemOrIsSeen() {
		// To look at all that is noted takes many steps.
		options().invocationsPerIteration(50).sequentialSpecification(InsideModel.class).check(Inside.class);
	}

	private static ModelCheckingOptions options() {
		return new ModelCheckingOptions().iterations(4)
			.invocationsPerIteration(150)
			.threads(2)
			.actorsPerThread(3)
			.actorsBefore(1)
			.actorsAfter(1);
	}

	private static Priority priority(int number) {
		return (number % 2 == 0) ? Priority.LOW : Priority.MEDIUM;
	}

	/**
	 * The slots: as many are taken as have begun and not ended, and none is free while
	 * any wait.
	 */
	@Param(name = "number", gen = IntGen.class, conf = "0:4")
	public static class Slots {

		private final AtomicInteger time = new AtomicInteger();

		private final MicroTaskSlots slots = new MicroTaskSlots(2, this.time::get, () -> {
		}, () -> {
		});

		private final AtomicInteger inside = new AtomicInteger();

		private final WorkScope scope = ScopeAccess.open();

		private final TestCall[] calls = TestCall.numbered(this.scope, this.inside);

		private final AtomicIntegerArray added = new AtomicIntegerArray(CALLS);

		@Operation
		public void start(@Param(name = "number") int number) {
			if (this.added.compareAndSet(number, 0, 1)) {
				if (this.slots.take(this.calls[number], number + 1)) {
					this.inside.incrementAndGet();
				}
			}
		}

		@Operation
		public void startHigh() {
			if (this.slots.take(new TestCall(this.scope, 0, this.inside), 0)) {
				this.inside.incrementAndGet();
			}
		}

		@Operation
		public void leave() {
			if (takeOneInside()) {
				this.slots.giveBack();
			}
		}

		@Operation
		public void goOn() {
			if (takeOneInside()) {
				this.slots.next();
			}
		}

		private boolean takeOneInside() {
			int current = this.inside.get();
			while (current > 0) {
				if (this.inside.compareAndSet(current, current - 1)) {
					return true;
				}
				current = this.inside.get();
			}
			return false;
		}

		@Operation
		public void abandon(@Param(name = "number") int number) {
			if (this.added.get(number) == 1) {
				this.slots.abandon(this.calls[number]);
			}
		}

		@Operation
		public void overdue() {
			this.time.addAndGet(2);
			this.slots.beginOverdue();
		}

		@Operation
		public void end() {
			ScopeAccess.close(this.scope);
			this.slots.abandonEnded();
		}

		@Operation
		public void limit(@Param(name = "number") int number) {
			this.slots.limit(2 + number % 2);
		}

		@Validate
		public void validate() {
			SlotLoad load = this.slots.load();
			if (load.taken() != this.inside.get()) {
				throw new IllegalStateException(load + ", inside: " + this.inside.get());
			}
			if (load.taken() < load.limit() && load.isAnyWaiting()) {
				throw new IllegalStateException("A slot is free that one waits for");
			}
		}

	}

	/**
	 * Calls that begin and leave, one at a time on each thread, and the end of what they
	 * belong to.
	 */
	@Param(name = "thread", gen = ThreadIdGen.class)
	public static class Inside {

		private final WorkScope scope = ScopeAccess.open();

		private final @Nullable NotedCall[] calls = new NotedCall[CALLS];

		@Operation
		public boolean begin(@Param(name = "thread") int thread) {
			if (this.calls[thread] != null) {
				return false;
			}
			NotedCall call = new NotedCall(this.scope, thread);
			if (call.beginNoted()) {
				this.calls[thread] = call;
				return true;
			}
			call.leaveNoted();
			return false;
		}

		@Operation
		public void leave(@Param(name = "thread") int thread) {
			NotedCall call = this.calls[thread];
			if (call != null) {
				call.leaveNoted();
				this.calls[thread] = null;
			}
		}

		@Operation(nonParallelGroup = "coordinator")
		public boolean end() {
			ScopeAccess.close(this.scope);
			ScopeAccess.directCalls(this.scope).forEach(ScopedCall::interrupt);
			return !this.scope.hasDirectCalls();
		}

	}

	/**
	 * What begins and leaves, for one thread.
	 */
	public static class InsideModel {

		private final boolean[] inside = new boolean[CALLS];

		private boolean ended;

		public boolean begin(int thread) {
			boolean begins = !this.inside[thread] && !this.ended;
			this.inside[thread] |= begins;
			return begins;
		}

		public void leave(int thread) {
			this.inside[thread] = false;
		}

		public boolean end() {
			this.ended = true;
			for (boolean one : this.inside) {
				if (one) {
					return false;
				}
			}
			return true;
		}

	}

	private static final class NotedCall extends TestCall {

		NotedCall(WorkScope scope, int number) {
			super(scope, number, new AtomicInteger());
		}

		boolean beginNoted() {
			return beginDirectly(Thread.currentThread());
		}

		void leaveNoted() {
			leaveDirectly();
		}

	}

	/**
	 * A micro-task that does nothing.
	 */
	private static class TestCall extends MicroTaskCall {

		private final AtomicInteger begun;

		@SuppressWarnings("NullAway")
		TestCall(WorkScope scope, int number, AtomicInteger begun) {
			super(null, scope, new MicroTask(Objects.toString(number), priority(number), null));
			this.begun = begun;
		}

		static TestCall[] numbered(WorkScope scope, AtomicInteger begun) {
			TestCall[] calls = new TestCall[CALLS];
			for (int number = 0; number < CALLS; number++) {
				calls[number] = new TestCall(scope, number, begun);
			}
			return calls;
		}

		@Override
		protected void body() {
		}

		@Override
		void granted() {
			this.begun.incrementAndGet();
		}

		@Override
		void abandoned() {
		}

		@Override
		void completed() {
		}

	}

}
