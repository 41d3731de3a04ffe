// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.time.Timer;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.WorkKind;

/**
 * What fails of the work of a service: warns of each piece that is tried again, until it
 * is well. One without an attempt of its own, such as a hook, has to fail three times
 * before. A piece is well once it has passed and not failed for a second, or, where
 * nothing more is heard of it, for five minutes. Confined to the coordinator, but for
 * {@link #isFailing}.
 *
 * @since 0.1.0
 */
public final class FailingWork {

	/** How long a piece does not fail until it is well, in nanoseconds, at least. */
	public static final long WELL_AFTER = Duration.ofSeconds(1).toNanos();

	/** How long that is at most, or where nothing is heard of it. */
	static final long FORGOTTEN_AFTER = Duration.ofMinutes(5).toNanos();

	/** Of how many pieces it warns at most. */
	private static final int MAX_PIECES = 20;

	private static final int AGAIN_AND_AGAIN = 3;

	private final WorkOwner owner;

	private final Coordination coordination;

	/** By the id of the warning. */
	private final Map<String, Piece> pieces = new LinkedHashMap<>();

	/** The ids of those among them that have not passed since. */
	private volatile Set<String> notPassed = Set.of();

	FailingWork(WorkOwner owner, Coordination coordination) {
		this.owner = owner;
		this.coordination = coordination;
	}

	/**
	 * A piece of work has failed.
	 * @param kind the kind of work
	 * @param name its name
	 * @param cause what it threw
	 * @param next when it is tried again, or {@code null} if it is not by itself
	 */
	public void failed(WorkKind kind, String name, Throwable cause, @Nullable Instant next) {
		String id = id(kind, name);
		Piece piece = this.pieces.get(id);
		if (piece == null) {
			if (this.pieces.size() >= MAX_PIECES && !forgetOne()) {
				return;
			}
			piece = new Piece(kind, name);
			this.pieces.put(id, piece);
		}
		piece.failed(cause, next);
		note();
	}

	// One that is not warned of yet makes room.
	private boolean forgetOne() {
		Iterator<Piece> each = this.pieces.values().iterator();
		while (each.hasNext()) {
			Piece piece = each.next();
			if (!piece.warned) {
				this.coordination.timers().remove(piece.timer);
				each.remove();
				return true;
			}
		}
		return false;
	}

	/**
	 * A piece of work that has failed, and never ends by itself, runs again.
	 * @param kind the kind of work
	 * @param name its name
	 * @param wellAfter how long it has to run without a failure, in nanoseconds
	 */
	public void runsAgain(WorkKind kind, String name, long wellAfter) {
		Piece piece = this.pieces.get(id(kind, name));
		if (piece != null) {
			piece.runsAgain(wellAfter);
		}
	}

	/**
	 * A piece of work has come to its end without a failure.
	 * @param kind the kind of work
	 * @param name its name
	 */
	public void passed(WorkKind kind, String name) {
		Piece piece = this.pieces.isEmpty() ? null : this.pieces.get(id(kind, name));
		if (piece != null) {
			piece.passed();
			note();
		}
	}

	/**
	 * A piece of work is not tried any more.
	 * @param kind the kind of work
	 * @param name its name
	 */
	public void gone(WorkKind kind, String name) {
		Piece piece = this.pieces.isEmpty() ? null : this.pieces.get(id(kind, name));
		if (piece != null) {
			piece.over();
		}
	}

	/**
	 * Whether a piece of work has failed and not passed since. Any thread may ask.
	 * @param kind the kind of work
	 * @param name its name
	 * @return whether it is to be told that it has {@link #passed}
	 */
	public boolean isFailing(WorkKind kind, String name) {
		Set<String> failing = this.notPassed;
		return !failing.isEmpty() && failing.contains(id(kind, name));
	}

	private void note() {
		this.notPassed = this.pieces.entrySet()
			.stream()
			.filter((entry) -> !entry.getValue().passed)
			.map(Map.Entry::getKey)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * The work of the incarnation ends, and the warnings with it.
	 */
	void end() {
		List.copyOf(this.pieces.values()).forEach((piece) -> this.coordination.timers().remove(piece.timer));
		this.pieces.clear();
		this.notPassed = Set.of();
	}

	private static String id(WorkKind kind, String name) {
		return kind + ":" + name;
	}

	/**
	 * A piece of work that has failed.
	 */
	private final class Piece {

		private final WorkKind kind;

		private final String name;

		private final Instant since = now();

		private final Timer timer = Timer.of(this::over);

		private int failures;

		private String cause = "";

		private long failedAt;

		private long warnedAt;

		private boolean warned;

		private boolean passed;

		Piece(WorkKind kind, String name) {
			this.kind = kind;
			this.name = name;
		}

		void failed(Throwable thrown, @Nullable Instant next) {
			FailingWork work = FailingWork.this;
			long now = work.coordination.now();
			this.failures++;
			this.failedAt = now;
			this.passed = false;
			if (next != null) {
				work.coordination.timers().remove(this.timer);
			}
			else {
				work.coordination.timers().set(this.timer, now + FORGOTTEN_AFTER);
			}
			// What fails very often need not be shown each time.
			if (next != null || (this.warned ? now - this.warnedAt >= WELL_AFTER : this.failures >= AGAIN_AND_AGAIN)) {
				this.warnedAt = now;
				this.cause = FailureText.of(thrown);
				warn((next != null) ? ", the next attempt is at " + next.truncatedTo(ChronoUnit.MILLIS) : "");
			}
		}

		void runsAgain(long wellAfter) {
			this.passed = true;
			FailingWork.this.note();
			FailingWork.this.coordination.timers()
				.set(this.timer, FailingWork.this.coordination.now() + Math.min(FORGOTTEN_AFTER, wellAfter));
			warn(", it runs again since " + now());
		}

		void passed() {
			this.passed = true;
			long wellAt = this.failedAt + WELL_AFTER;
			if (FailingWork.this.coordination.now() >= wellAt) {
				over();
			}
			else {
				FailingWork.this.coordination.timers().set(this.timer, wellAt);
			}
		}

		private void warn(String attempt) {
			this.warned = true;
			String how = (this.failures == 1) ? "It has failed at " + this.since
					: "It has failed %d times since %s".formatted(this.failures, this.since);
			FailingWork.this.owner.warn(new Condition(id(this.kind, this.name), Severity.WARNING,
					"%s '%s' fails".formatted(title(), this.name), how + attempt + ": " + this.cause, this.since));
		}

		private String title() {
			String text = this.kind.toString();
			return Character.toUpperCase(text.charAt(0)) + text.substring(1);
		}

		private void over() {
			FailingWork work = FailingWork.this;
			work.coordination.timers().remove(this.timer);
			work.pieces.remove(id(this.kind, this.name));
			work.note();
			if (this.warned) {
				work.owner.resolveWarning(id(this.kind, this.name));
			}
		}

		private Instant now() {
			return FailingWork.this.coordination.instant().truncatedTo(ChronoUnit.MILLIS);
		}

	}

}
