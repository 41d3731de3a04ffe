// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A log in which names and texts of others cannot forge lines, nor steer a terminal: each
 * message becomes {@linkplain LineText#of fit for a line}, stack frames at its end stay
 * on lines of their own, and a failure whose texts are not fit is logged as its
 * {@link LoggedFailure}. All of ours is logged through it. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public final class LineLog implements Log {

	/** What begins the line of a stack frame. */
	public static final String FRAME = "\n\tat ";

	private final Log log;

	private LineLog(Log log) {
		this.log = log;
	}

	/**
	 * The log of a class.
	 * @param type the class
	 * @return its log
	 */
	public static Log of(Class<?> type) {
		return new LineLog(LogFactory.getLog(type));
	}

	/**
	 * A log that users know by its name.
	 * @param name the name, which does not change
	 * @return the log
	 */
	public static Log of(String name) {
		return new LineLog(LogFactory.getLog(name));
	}

	private static @Nullable String fit(@Nullable Object message) {
		if (message == null) {
			return null;
		}
		String text = message.toString();
		int frames = text.indexOf(FRAME);
		return (frames < 0) ? LineText.of(text) : LineText.of(text.substring(0, frames)) + frames(text, frames);
	}

	private static String frames(String text, int begin) {
		StringBuilder frames = new StringBuilder();
		for (String frame : text.substring(begin + FRAME.length()).split(FRAME, -1)) {
			frames.append(FRAME).append(LineText.of(frame));
		}
		return frames.toString();
	}

	@Override
	public boolean isFatalEnabled() {
		return this.log.isFatalEnabled();
	}

	@Override
	public boolean isErrorEnabled() {
		return this.log.isErrorEnabled();
	}

	@Override
	public boolean isWarnEnabled() {
		return this.log.isWarnEnabled();
	}

	@Override
	public boolean isInfoEnabled() {
		return this.log.isInfoEnabled();
	}

	@Override
	public boolean isDebugEnabled() {
		return this.log.isDebugEnabled();
	}

	@Override
	public boolean isTraceEnabled() {
		return this.log.isTraceEnabled();
	}

	@Override
	public void fatal(@Nullable Object message) {
		this.log.fatal(fit(message));
	}

	@Override
	public void fatal(@Nullable Object message, @Nullable Throwable failure) {
		this.log.fatal(fit(message), LoggedFailure.of(failure));
	}

	@Override
	public void error(@Nullable Object message) {
		this.log.error(fit(message));
	}

	@Override
	public void error(@Nullable Object message, @Nullable Throwable failure) {
		this.log.error(fit(message), LoggedFailure.of(failure));
	}

	@Override
	public void warn(@Nullable Object message) {
		this.log.warn(fit(message));
	}

	@Override
	public void warn(@Nullable Object message, @Nullable Throwable failure) {
		this.log.warn(fit(message), LoggedFailure.of(failure));
	}

	@Override
	public void info(@Nullable Object message) {
		this.log.info(fit(message));
	}

	@Override
	public void info(@Nullable Object message, @Nullable Throwable failure) {
		this.log.info(fit(message), LoggedFailure.of(failure));
	}

	@Override
	public void debug(@Nullable Object message) {
		if (this.log.isDebugEnabled()) {
			this.log.debug(fit(message));
		}
	}

	@Override
	public void debug(@Nullable Object message, @Nullable Throwable failure) {
		if (this.log.isDebugEnabled()) {
			this.log.debug(fit(message), LoggedFailure.of(failure));
		}
	}

	@Override
	public void trace(@Nullable Object message) {
		if (this.log.isTraceEnabled()) {
			this.log.trace(fit(message));
		}
	}

	@Override
	public void trace(@Nullable Object message, @Nullable Throwable failure) {
		if (this.log.isTraceEnabled()) {
			this.log.trace(fit(message), LoggedFailure.of(failure));
		}
	}

}
