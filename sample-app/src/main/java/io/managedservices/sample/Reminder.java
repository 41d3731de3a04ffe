package io.managedservices.sample;

import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

import org.jspecify.annotations.Nullable;

/**
 * Does something at an interval while it is open. Stands for a class of somebody else: it
 * knows nothing of managed services. {@link #open()} and {@link #close()} are not to be
 * called by two threads at once.
 */
final class Reminder {

	private final Duration interval;

	private final Runnable action;

	private @Nullable Timer timer;

	/**
	 * Create a closed reminder.
	 * @param interval from one run to the next, 1 ms or more
	 * @param action what to do
	 */
	Reminder(Duration interval, Runnable action) {
		this.interval = interval;
		this.action = action;
	}

	/**
	 * Begins, with the first run at once.
	 */
	void open() {
		Timer started = new Timer("reminder", true);
		started.schedule(new TimerTask() {

			@Override
			public void run() {
				Reminder.this.action.run();
			}

		}, 0, this.interval.toMillis());
		this.timer = started;
	}

	/**
	 * Ends; does nothing when not open.
	 */
	void close() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

}
