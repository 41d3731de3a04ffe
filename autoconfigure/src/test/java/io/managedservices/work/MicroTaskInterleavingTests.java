package io.managedservices.work;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.MicroTask;
import io.managedservices.MicroTask.Priority;

/**
 * What several threads meet in, in many interleavings, as Lincheck chooses them.
 */
class MicroTaskInterleavingTests {

	private static final int CALLS = 5;

	@Test
	void linesWhenSeveralThreadsEnterAreTwoQueues() {
		options().sequentialSpecification(LinesModel.class).check(Lines.class);
	}

	@Test
	void slotsWhenSeveralThreadsEnterAreNeverLost() {
		options().verifier(EpsilonVerifier.class).check(Slots.class);
	}

	@Test
	void endWhenOthersBeginAndLeaveSeesThemOrIsSeen() {
		options().sequentialSpecification(InsideModel.class).check(Inside.class);
	}

	private static ModelCheckingOptions options() {
		return new ModelCheckingOptions().iterations(15)
			.invocationsPerIteration(1000)
			.threads(2)
			.actorsPerThread(3)
			.actorsBefore(2)
			.actorsAfter(2);
	}

	private static Priority priority(int number) {
		return (number % 2 == 0) ? Priority.LOW : Priority.MEDIUM;
	}

	/**
	 * The lines of both priorities, each number of which is added once.
	 */
	@Param(name = "number", gen = IntGen.class, conf = "0:4")
	public static class Lines {

		private final MicroTaskLines lines = new MicroTaskLines();

		private final TestCall[] calls = new TestCall[CALLS];

		private final AtomicBoolean[] added = new AtomicBoolean[CALLS];

		public Lines() {
			for (int number = 0; number < CALLS; number++) {
				this.calls[number] = new TestCall(number, new AtomicInteger());
				this.added[number] = new AtomicBoolean();
			}
		}

		@Operation
		public boolean add(@Param(name = "number") int number) {
			if (!this.added[number].compareAndSet(false, true)) {
				return false;
			}
			this.lines.of(priority(number)).add(this.calls[number]);
			return true;
		}

		@Operation
		public @Nullable String poll() {
			MicroTaskCall call = this.lines.poll();
			return (call != null) ? call.microTask.name() : null;
		}

		@Operation
		public boolean abandon(@Param(name = "number") int number) {
			return this.added[number].get() && this.lines.of(priority(number)).abandon(this.calls[number]);
		}

	}

	/**
	 * What the lines do, for one thread.
	 */
	public static class LinesModel {

		private final Deque<Integer> medium = new ArrayDeque<>();

		private final Deque<Integer> low = new ArrayDeque<>();

		private final boolean[] added = new boolean[CALLS];

		public boolean add(int number) {
			boolean first = !this.added[number];
			this.added[number] = true;
			return first && line(number).add(number);
		}

		public @Nullable String poll() {
			Integer next = this.medium.isEmpty() ? this.low.poll() : this.medium.poll();
			return (next != null) ? next.toString() : null;
		}

		public boolean abandon(int number) {
			return line(number).remove(number);
		}

		private Deque<Integer> line(int number) {
			return (priority(number) == Priority.LOW) ? this.low : this.medium;
		}

	}

	/**
	 * The slots: as many are taken as have begun and not ended, and none is free while
	 * any wait.
	 */
	@Param(name = "number", gen = IntGen.class, conf = "0:4")
	public static class Slots {

		private final SharedSlots slots = new SharedSlots(2, () -> {
		});

		private final AtomicInteger inside = new AtomicInteger();

		private final TestCall[] calls = new TestCall[CALLS];

		private final AtomicBoolean[] added = new AtomicBoolean[CALLS];

		public Slots() {
			for (int number = 0; number < CALLS; number++) {
				this.calls[number] = new TestCall(number, this.inside);
				this.added[number] = new AtomicBoolean();
			}
		}

		@Operation
		public void start(@Param(name = "number") int number) {
			if (this.added[number].compareAndSet(false, true)) {
				if (this.slots.tryTake(priority(number))) {
					this.inside.incrementAndGet();
				}
				else {
					this.slots.add(this.calls[number]);
				}
			}
		}

		@Operation
		public void startHigh() {
			this.slots.take();
			this.inside.incrementAndGet();
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
			if (this.added[number].get()) {
				this.slots.abandon(this.calls[number]);
			}
		}

		@Operation
		public void overdue(@Param(name = "number") int number) {
			if (this.added[number].get()) {
				this.slots.beginOverdue(this.calls[number]);
			}
		}

		@Operation
		public void limit(@Param(name = "number") int number) {
			this.slots.limit(2 + number % 2);
		}

		@Validate
		public void validate() {
			if (this.slots.taken() != this.inside.get()) {
				throw new IllegalStateException(
						"Slots taken: " + this.slots.taken() + ", inside: " + this.inside.get());
			}
			if (this.slots.taken() < this.slots.limit() && !this.slots.lines().isEmpty()) {
				throw new IllegalStateException("A slot is free that one waits for");
			}
		}

	}

	/**
	 * Calls that begin and leave, and the end of what they belong to.
	 */
	@Param(name = "number", gen = IntGen.class, conf = "0:4")
	public static class Inside {

		private final MicroTasksInside inside = new MicroTasksInside(1);

		private final WorkScope scope = EndedScope.open();

		private final NotedCall[] calls = new NotedCall[CALLS];

		private final AtomicInteger[] states = new AtomicInteger[CALLS];

		public Inside() {
			for (int number = 0; number < CALLS; number++) {
				this.calls[number] = new NotedCall(this.scope, this.inside, number);
				this.states[number] = new AtomicInteger();
			}
		}

		@Operation
		public boolean begin(@Param(name = "number") int number) {
			return this.states[number].compareAndSet(0, 1) && this.calls[number].beginNoted()
					&& this.states[number].compareAndSet(1, 2);
		}

		@Operation
		public boolean leave(@Param(name = "number") int number) {
			if (!this.states[number].compareAndSet(2, 3)) {
				return false;
			}
			this.calls[number].leaveNoted();
			return true;
		}

		@Operation(nonParallelGroup = "coordinator")
		public boolean end() {
			this.scope.close();
			this.inside.interrupt(this.scope);
			return !this.inside.isAny(this.scope);
		}

	}

	/**
	 * What begins and leaves, for one thread.
	 */
	public static class InsideModel {

		private final int[] states = new int[CALLS];

		private boolean ended;

		public boolean begin(int number) {
			boolean begins = this.states[number] == 0 && !this.ended;
			this.states[number] = begins ? 2 : Math.max(1, this.states[number]);
			return begins;
		}

		public boolean leave(int number) {
			boolean leaves = this.states[number] == 2;
			this.states[number] = leaves ? 3 : this.states[number];
			return leaves;
		}

		public boolean end() {
			this.ended = true;
			for (int state : this.states) {
				if (state == 2) {
					return false;
				}
			}
			return true;
		}

	}

	private static final class EndedScope {

		@SuppressWarnings("NullAway")
		static WorkScope open() {
			return new WorkScope(null, null);
		}

	}

	private static final class NotedCall extends TestCall {

		private final MicroTasksInside inside;

		NotedCall(WorkScope scope, MicroTasksInside inside, int number) {
			super(scope, number, new AtomicInteger());
			this.inside = inside;
		}

		boolean beginNoted() {
			return enter(this.inside, Thread.currentThread());
		}

		void leaveNoted() {
			this.inside.remove(this);
		}

	}

	/**
	 * A micro-task that does nothing.
	 */
	private static class TestCall extends MicroTaskCall {

		private final AtomicInteger begun;

		@SuppressWarnings("NullAway")
		TestCall(int number, AtomicInteger begun) {
			this(null, number, begun);
		}

		TestCall(@Nullable WorkScope scope, int number, AtomicInteger begun) {
			super(scope, new MicroTask(Objects.toString(number), priority(number), null));
			this.begun = begun;
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
