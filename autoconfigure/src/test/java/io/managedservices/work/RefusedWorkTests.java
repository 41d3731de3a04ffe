package io.managedservices.work;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import io.managedservices.MicroTask;
import io.managedservices.ServiceTask;
import io.managedservices.ServiceWork;
import io.managedservices.TaskBody;
import io.managedservices.WorkBody;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Work that is refused at once, since it could never run.
 */
@SuppressWarnings("NullAway") // what callers without its checks may pass
class RefusedWorkTests {

	private final AtomicReference<ServiceWork> work = new AtomicReference<>();

	@Test
	void workWhenSomethingIsNullNamesItAndTheService() {
		new SteppedWork(SteppedWork.service("polls", (context) -> this.work.set(context.work()))).start();
		ServiceWork own = this.work.get();
		ServiceTask task = own.task("recount", () -> {
		});
		Duration second = Duration.ofSeconds(1);
		Stream.<ThrowingCallable>of(() -> own.task("count", (WorkBody) null), () -> own.task("count", (TaskBody) null),
				() -> own.task(null, () -> {
				}), () -> own.worker("listener", null), () -> own.worker(null, (worker) -> {
				}), () -> own.every("tick", second, null), () -> own.every("tick", null, () -> {
				}), () -> own.every(null, second, () -> {
				}), () -> own.run(MicroTask.high("score"), null), () -> own.start(MicroTask.high("score"), null),
				() -> own.run(null, () -> ""), () -> own.start(null, () -> ""), () -> own.signal(null),
				() -> task.repeat(null), () -> task.maxDelay(null), () -> task.schedule(null),
				() -> own.every("tick", second, () -> {
				}).whileAsleep(null), () -> own.worker("listener", (worker) -> {
				}).restartOnFailure(null), () -> own.worker("listener", (worker) -> {
				}).maxRestarts(1, null), () -> own.worker("listener", (worker) -> {
				}).heartbeat(null))
			.forEach((refused) -> assertThatIllegalArgumentException().isThrownBy(refused)
				.withMessageContaining("service 'polls'")
				.withMessageContaining("found 'null'"));
	}

}
