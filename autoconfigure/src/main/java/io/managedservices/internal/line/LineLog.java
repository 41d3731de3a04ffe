// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

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

	private final String name;

	private LineLog(Log log, String name) {
		this.log = log;
		this.name = name;
	}

	/**
	 * The log of a class.
	 * @param type the class
	 * @return its log
	 */
	public static Log of(Class<?> type) {
		return new LineLog(LogFactory.getLog(type), type.getName());
	}

	/**
	 * A log that users know by its name.
	 * @param name the name, which does not change
	 * @return the log
	 */
	public static Log of(String name) {
		return new LineLog(LogFactory.getLog(name), name);
	}

	private void write(String level, @Nullable Object message, @Nullable Throwable failure,
			BiConsumer<@Nullable Object, @Nullable Throwable> plain) {
		Supplier<Map<String, Object>> fields = LineFields.current();
		Throwable fit = (failure != null) ? LoggedFailure.of(failure) : null;
		if (fields != null) {
			FieldLine.write(this.name, level, fit(message), fit, fields.get());
		}
		else {
			plain.accept(fit(message), fit);
		}
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
		write("ERROR", message, null, (text, none) -> this.log.fatal(text));
	}

	@Override
	public void fatal(@Nullable Object message, @Nullable Throwable failure) {
		write("ERROR", message, failure, this.log::fatal);
	}

	@Override
	public void error(@Nullable Object message) {
		write("ERROR", message, null, (text, none) -> this.log.error(text));
	}

	@Override
	public void error(@Nullable Object message, @Nullable Throwable failure) {
		write("ERROR", message, failure, this.log::error);
	}

	@Override
	public void warn(@Nullable Object message) {
		write("WARN", message, null, (text, none) -> this.log.warn(text));
	}

	@Override
	public void warn(@Nullable Object message, @Nullable Throwable failure) {
		write("WARN", message, failure, this.log::warn);
	}

	@Override
	public void info(@Nullable Object message) {
		write("INFO", message, null, (text, none) -> this.log.info(text));
	}

	@Override
	public void info(@Nullable Object message, @Nullable Throwable failure) {
		write("INFO", message, failure, this.log::info);
	}

	@Override
	public void debug(@Nullable Object message) {
		if (this.log.isDebugEnabled()) {
			write("DEBUG", message, null, (text, none) -> this.log.debug(text));
		}
	}

	@Override
	public void debug(@Nullable Object message, @Nullable Throwable failure) {
		if (this.log.isDebugEnabled()) {
			write("DEBUG", message, failure, this.log::debug);
		}
	}

	@Override
	public void trace(@Nullable Object message) {
		if (this.log.isTraceEnabled()) {
			write("TRACE", message, null, (text, none) -> this.log.trace(text));
		}
	}

	@Override
	public void trace(@Nullable Object message, @Nullable Throwable failure) {
		if (this.log.isTraceEnabled()) {
			write("TRACE", message, failure, this.log::trace);
		}
	}

}
