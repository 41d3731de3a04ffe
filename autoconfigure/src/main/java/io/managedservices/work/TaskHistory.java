package io.managedservices.work;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

import org.jspecify.annotations.Nullable;

/**
 * How the tasks of a service went in its earlier incarnations, by their names: the last
 * {@value #KEPT} that ran. Confined to the coordinator.
 */
final class TaskHistory {

	static final int KEPT = 100;

	/** The one that ran longest ago first. */
	private final Map<String, TaskDetails> last = new LinkedHashMap<>();

	/**
	 * Keeps how tasks went whose incarnation ends, but for those that were cancelled.
	 * @param tasks all of them, which may be a million
	 */
	void keep(List<IncarnationTask> tasks) {
		PriorityQueue<IncarnationTask> latest = new PriorityQueue<>(
				Comparator.comparingLong((task) -> task.details().lastRunNanos()));
		for (IncarnationTask task : tasks) {
			TaskDetails details = task.details;
			if (details != null && details.hasRun() && !details.cancelled) {
				latest.add(task);
				if (latest.size() > KEPT) {
					latest.remove();
				}
			}
		}
		while (!latest.isEmpty()) {
			keep(latest.remove());
		}
	}

	/**
	 * Keeps how a task went.
	 * @param task a task that has run
	 */
	void keep(IncarnationTask task) {
		this.last.remove(task.name());
		this.last.put(task.name(), task.details().outcome());
		if (this.last.size() > KEPT) {
			this.last.remove(this.last.keySet().iterator().next());
		}
	}

	void forget(String name) {
		this.last.remove(name);
	}

	/**
	 * How a task went last.
	 * @param task a task of the present incarnation
	 * @return what is known, {@code null} if that is nothing
	 */
	@Nullable TaskDetails of(IncarnationTask task) {
		TaskDetails own = task.details;
		return (own != null && own.hasRun()) ? own : this.last.get(task.name());
	}

}
