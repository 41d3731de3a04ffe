package io.managedservices.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * Runs each task on a virtual thread of its own, as pools do: with nothing that is
 * inherited from whoever happens to begin it, since that need not be who asked for it.
 * Needs JDK 21, which this is not compiled for. Safe for use by several threads.
 */
final class VirtualThreads implements Executor {

	private final ThreadFactory factory;

	/** Of the application, not of whoever makes a thread necessary. */
	private final @Nullable ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

	/**
	 * Create the executor.
	 * @param prefix how the names of the threads begin, which a number from 1 ends
	 * @throws UnsupportedOperationException if the JDK has no virtual threads
	 */
	VirtualThreads(String prefix) {
		try {
			Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
			type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			this.factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
		}
		catch (ReflectiveOperationException ex) {
			throw new UnsupportedOperationException(
					"Virtual threads need JDK 21 or later, and this is JDK %s".formatted(Runtime.version().feature()),
					ex);
		}
	}

	@Override
	public void execute(Runnable task) {
		Thread thread = this.factory.newThread(task);
		thread.setContextClassLoader(this.contextClassLoader);
		thread.start();
	}

}
