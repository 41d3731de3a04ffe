// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.sanitize;

import java.util.List;
import java.util.function.BinaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.FailureText;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.ItemsSnapshot.CheckAll;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Component;
import io.managedservices.monitor.ServiceSnapshot.ReportedError;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.monitor.WorkSnapshot.TickerStatus;
import io.managedservices.monitor.WorkSnapshot.WorkerStatus;
import io.managedservices.state.Condition;
import io.managedservices.work.ServiceFailure;

/**
 * What somebody is shown of services: all that is text of others goes through it. Where
 * it hides them, of a failure its types remain, of any other text
 * {@value FailureText#MASK}. Names stay. Passwords and tokens that can be told as such
 * are masked in any case, and what is not fit for a line is escaped. Immutable if its
 * function is.
 *
 * @since 0.1.0
 */
public final class TextSanitizer {

	/**
	 * Hides all texts of others.
	 */
	public static final TextSanitizer HIDING = new TextSanitizer(null);

	private static final String PREFIX = "managed-services.services.";

	private final @Nullable BinaryOperator<String> function;

	private TextSanitizer(@Nullable BinaryOperator<String> function) {
		this.function = function;
	}

	/**
	 * Shows texts of others.
	 * @param function makes of a key, such as
	 * {@code managed-services.services.database.failure}, and a text what is shown
	 * @return the sanitizer
	 */
	public static TextSanitizer showing(BinaryOperator<String> function) {
		return new TextSanitizer(function);
	}

	/**
	 * Whether texts of others are shown.
	 * @return {@code false} if they are hidden
	 */
	public boolean isShowing() {
		return this.function != null;
	}

	/**
	 * What is shown of a text.
	 * @param service the name of the service that it is about
	 * @param what what it is, such as {@code status}
	 * @param text the text
	 * @return what is shown
	 */
	public String text(String service, String what, String text) {
		return (this.function != null) ? FailureText.line(this.function.apply(PREFIX + service + "." + what, text))
				: FailureText.MASK;
	}

	/**
	 * What is shown of a failure.
	 * @param service the name of the service that has failed
	 * @param what what it is, such as {@code failure}
	 * @param words the failure
	 * @return what is shown
	 */
	public String words(String service, String what, FailureWords words) {
		return (this.function != null) ? text(service, what, words.whole()) : words.hidden();
	}

	private @Nullable Throwable failure(String service, String what, @Nullable Throwable failure) {
		return (failure != null) ? new SanitizedFailure(words(service, what, FailureWords.of(failure))) : null;
	}

	/**
	 * What is shown of a service.
	 * @param service the service
	 * @return the same, with the texts that are shown
	 */
	public ServiceSnapshot of(ServiceSnapshot service) {
		Vitals vitals = service.vitals();
		String status = vitals.status();
		return new ServiceSnapshot(service.service(), service.stage(), service.attempt(),
				new Vitals(vitals.ready(), vitals.healthy(),
						(status != null) ? text(service.name(), "status", status) : null,
						failure(service.name(), "failure", vitals.failure())),
				service.timings(), reports(service.name(), service.reports()));
	}

	/**
	 * What is shown of several services.
	 * @param services the services
	 * @return the same, with the texts that are shown
	 */
	public List<ServiceSnapshot> of(List<ServiceSnapshot> services) {
		return services.stream().map(this::of).toList();
	}

	private Reports reports(String service, Reports reports) {
		if (reports.equals(Reports.NONE)) {
			return reports;
		}
		return new Reports(reports.conditions().stream().map((condition) -> condition(service, condition)).toList(),
				reports.errors().stream().map((error) -> error(service, error)).toList(), reports.droppedErrors(),
				reports.components().stream().map((component) -> component(service, component)).toList());
	}

	private Condition condition(String service, Condition condition) {
		String key = "conditions." + condition.id();
		return new Condition(FailureText.line(condition.id()), condition.severity(),
				text(service, key + ".title", condition.title()), text(service, key + ".message", condition.message()),
				condition.since());
	}

	private ReportedError error(String service, ReportedError error) {
		return new ReportedError(error.at(),
				new SanitizedFailure(words(service, "error", FailureWords.of(error.cause()))));
	}

	private Component component(String service, Component component) {
		return new Component(FailureText.line(component.name()), component.ready(), component.healthy(),
				failure(service, "components." + component.name() + ".failure", component.failure()));
	}

	/**
	 * What is shown of the work of a service.
	 * @param service the name of the service
	 * @param work its work
	 * @return the same, with the texts that are shown, and without stacks if they are
	 * hidden
	 */
	public WorkSnapshot of(String service, WorkSnapshot work) {
		return new WorkSnapshot(work.asleep(), work.workers().stream().map(TextSanitizer::worker).toList(),
				new WorkSnapshot.Tasks(work.tasks().stream().map((task) -> task(service, task)).toList(),
						work.allTasks().count(), work.allTasks().queued()),
				work.tickers().stream().map((ticker) -> ticker(service, ticker)).toList(), work.traffic(),
				new WorkSnapshot.Failures(work.failures().stream().map((failure) -> failed(service, failure)).toList(),
						work.allFailures().count()));
	}

	private static WorkerStatus worker(WorkerStatus worker) {
		return new WorkerStatus(FailureText.line(worker.name()), worker.state(), worker.attempt(),
				worker.failedAttempts(), worker.next());
	}

	private TaskStatus task(String service, TaskStatus task) {
		return new TaskStatus(FailureText.line(task.name()), task.state(), task.next(), task.lastRun(),
				task.lastDuration(), failure(service, "tasks." + task.name() + ".failure", task.lastFailure()));
	}

	private TickerStatus ticker(String service, TickerStatus ticker) {
		return new TickerStatus(FailureText.line(ticker.name()), ticker.interval(), ticker.ticks(), ticker.next(),
				new WorkSnapshot.LastRun(ticker.lastRun(), ticker.lastDuration(),
						failure(service, "tickers." + ticker.name() + ".failure", ticker.lastFailure())));
	}

	private ServiceFailure failed(String service, ServiceFailure failure) {
		String key = "work." + failure.name() + ".failure";
		return new ServiceFailure(
				new ServiceFailure.Source(failure.service(), failure.kind(), FailureText.line(failure.name())),
				new SanitizedFailure(words(service, key, FailureWords.of(failure.cause()))),
				isShowing() ? failure.stack() : List.of(), failure.time(), failure.severity());
	}

	/**
	 * What is shown of the items of a service.
	 * @param service the name of the service
	 * @param items its items
	 * @return the same, with the texts that are shown
	 */
	public ItemsSnapshot of(String service, ItemsSnapshot items) {
		CheckAll checkAll = items.checkAll();
		String problem = checkAll.problem();
		if (problem == null) {
			return items;
		}
		return new ItemsSnapshot(items.due(), items.armed(), items.inHand(), items.counts(), items.lateness(),
				new CheckAll(checkAll.last(), checkAll.duration(), checkAll.next(), checkAll.items(),
						text(service, "items.problem", problem)));
	}

}
