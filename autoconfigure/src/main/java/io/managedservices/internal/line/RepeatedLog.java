// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.Recurrence.Worth;

/**
 * Logs what may happen very often without flooding the log, nor losing any of it: each
 * thing when it begins, with the stack of its failure, when it changes, and then at
 * growing distances, one line with how often it happened in between. When it has not
 * happened for five minutes, and at the end, a line sums it up. Of many things that are
 * alike but for their names, those beyond the first eight count as one. What it keeps is
 * bounded: of more than 1,000 things the one that has not happened for longest is summed
 * up and forgotten. Safe for use by several threads; none waits for the log of another.
 *
 * @since 0.1.0
 */
public final class RepeatedLog {

	private static final int MAX_THINGS = 1000;

	/** How many of a group are told apart at a time. */
	private static final int MAX_NAMES = 8;

	private static final long LOOK_INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private final Log log;

	private final LongSupplier nanoTime;

	private final Map<String, Thing> things = new LinkedHashMap<>(16, 0.75f, true);

	/** How many of each group are told apart. */
	private final Map<String, Integer> names = new HashMap<>();

	private long lookedAt;

	/**
	 * Create a log.
	 * @param log where lines are written
	 * @param nanoTime the time, in nanoseconds
	 */
	public RepeatedLog(Log log, LongSupplier nanoTime) {
		this.log = log;
		this.nanoTime = nanoTime;
	}

	/**
	 * Logs something.
	 * @param level how bad it is
	 * @param thing what it happens to
	 * @param kind what tells it apart from others that happen to that thing: the text of
	 * a failure, say; or {@code null}
	 * @param text the line, asked for when it is needed
	 * @param failure the failure whose stack is logged with the first line, where further
	 * lines have the kind; or {@code null}
	 */
	public void write(Level level, String thing, @Nullable String kind, Supplier<String> text,
			@Nullable Throwable failure) {
		write(level, null, thing, kind, text, failure);
	}

	/**
	 * Logs something that happens to one of a group, which may be very many: once some of
	 * them have had lines of their own, the others have lines in common, each of which
	 * names one of them.
	 * @param level how bad it is
	 * @param group what they have in common; or {@code null} for one that is alone
	 * @param name which of them it happens to
	 * @param kind what tells it apart from others that happen to them: the text of a
	 * failure, say; or {@code null}
	 * @param text the line, asked for when it is needed
	 * @param failure the failure whose stack is logged with the first line, where further
	 * lines have the kind; or {@code null}
	 */
	public void write(Level level, @Nullable String group, String name, @Nullable String kind, Supplier<String> text,
			@Nullable Throwable failure) {
		List<Runnable> lines = new ArrayList<>(1);
		synchronized (this.things) {
			long now = this.nanoTime.getAsLong();
			if (this.things.isEmpty()) {
				this.lookedAt = now;
			}
			Thing known = known(group, name, now, lines);
			known.level = level;
			known.text = (failure != null) ? () -> text.get() + ": " + kind : text;
			known.fields = LineFields.current();
			Worth worth = known.recurrence.happens(now, kind);
			if (worth == Worth.NEWS) {
				String repeated = known.recurrence.told(now);
				lines.add(() -> level.write(this.log, text.get() + repeated, failure));
			}
			else if (worth == Worth.CHANGE) {
				lines.add(line(known, known.recurrence.told(now)));
			}
			else if (worth == Worth.REPETITION) {
				lines.add(line(known, known.recurrence.toldAgain(now)));
			}
			look(now, lines);
			if (this.things.size() > MAX_THINGS) {
				Iterator<Thing> oldest = this.things.values().iterator();
				sumUp(oldest.next(), lines);
				oldest.remove();
			}
		}
		lines.forEach(Runnable::run);
	}

	private Thing known(@Nullable String group, String name, long now, List<Runnable> lines) {
		String own = (group != null) ? group + " " + name : name;
		Thing before = known(own, now, lines);
		if (before != null) {
			return before;
		}
		if (group == null) {
			return add(own, new Thing(null, false));
		}
		if (this.names.getOrDefault(group, 0) < MAX_NAMES) {
			this.names.merge(group, 1, Integer::sum);
			return add(own, new Thing(group, false));
		}
		Thing shared = known(group, now, lines);
		return (shared != null) ? shared : add(group, new Thing(null, true));
	}

	private @Nullable Thing known(String key, long now, List<Runnable> lines) {
		Thing known = this.things.get(key);
		if (known != null && known.recurrence.isOver(now)) {
			this.things.remove(key);
			sumUp(known, lines);
			return null;
		}
		return known;
	}

	private Thing add(String key, Thing thing) {
		this.things.put(key, thing);
		return thing;
	}

	/**
	 * Logs what is due although nothing happens: called when there is an opportunity.
	 */
	public void look() {
		List<Runnable> lines = new ArrayList<>(0);
		synchronized (this.things) {
			if (!this.things.isEmpty()) {
				look(this.nanoTime.getAsLong(), lines);
			}
		}
		lines.forEach(Runnable::run);
	}

	private void look(long now, List<Runnable> lines) {
		if (now - this.lookedAt < LOOK_INTERVAL) {
			return;
		}
		this.lookedAt = now;
		Iterator<Thing> each = this.things.values().iterator();
		while (each.hasNext()) {
			Thing known = each.next();
			if (known.recurrence.isOver(now)) {
				sumUp(known, lines);
				each.remove();
			}
			else if (known.recurrence.isLineDue(now)) {
				lines.add(line(known, known.recurrence.toldAgain(now)));
			}
		}
	}

	// It is forgotten, which leaves its place in its group to another one.
	private void sumUp(Thing known, List<Runnable> lines) {
		if (known.group != null) {
			this.names.computeIfPresent(known.group, (group, count) -> (count > 1) ? count - 1 : null);
		}
		if (known.recurrence.isCondensed()) {
			lines.add(line(known, " (%s in all)".formatted(known.recurrence.total())));
		}
	}

	private Runnable line(Thing known, String suffix) {
		Level level = known.level;
		Supplier<String> text = known.text;
		Supplier<Map<String, Object>> fields = known.fields;
		return () -> LineFields.with(fields, () -> level.write(this.log, insert(text.get(), suffix), null));
	}

	// Stack frames stay at the end.
	private static String insert(String text, String suffix) {
		int frames = text.indexOf(LineLog.FRAME);
		return (frames < 0) ? text + suffix : text.substring(0, frames) + suffix + text.substring(frames);
	}

	/**
	 * Sums up what had no line of its own, and begins anew.
	 */
	public void end() {
		List<Runnable> lines = new ArrayList<>();
		synchronized (this.things) {
			this.things.values().forEach((known) -> sumUp(known, lines));
			this.things.clear();
		}
		lines.forEach(Runnable::run);
	}

	/**
	 * How bad it is.
	 */
	public enum Level {

		/** Good to know. */
		INFO,

		/** It may get worse. */
		WARN,

		/** Something is broken. */
		ERROR;

		private void write(Log log, String text, @Nullable Throwable failure) {
			if (failure == null) {
				write(log, text);
			}
			else if (this == ERROR) {
				GuardedLog.error(log, text, failure);
			}
			else {
				GuardedLog.warn(log, text, failure);
			}
		}

		private void write(Log log, String text) {
			switch (this) {
				case INFO -> log.info(text);
				case WARN -> log.warn(text);
				case ERROR -> log.error(text);
			}
		}

	}

	/**
	 * Something that happens. Guarded by the lock on all of them.
	 */
	private static final class Thing {

		/** The group that it has a place in, if any. */
		private final @Nullable String group;

		private final Recurrence recurrence;

		private Level level = Level.INFO;

		private Supplier<String> text = () -> "";

		private @Nullable Supplier<Map<String, Object>> fields;

		Thing(@Nullable String group, boolean shared) {
			this.group = group;
			this.recurrence = new Recurrence(shared);
		}

	}

}
