// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Counts the connections that were not given back, and looks how many rows are fetched at
 * once. Safe for use by several threads.
 */
final class CountingDataSource extends DelegatingDataSource {

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicInteger lent = new AtomicInteger();

	private final AtomicInteger executions = new AtomicInteger();

	private final AtomicLong fetchSize = new AtomicLong();

	private volatile boolean autoCommit = true;

	private volatile boolean cut;

	private volatile boolean autoCommitAtEnd;

	CountingDataSource(DataSource target) {
		super(target);
	}

	int open() {
		return this.open.get();
	}

	int lent() {
		return this.lent.get();
	}

	/**
	 * How often statements were executed, a batch as one.
	 * @return how often
	 */
	int executions() {
		return this.executions.get();
	}

	boolean autoCommitAtEnd() {
		return this.autoCommitAtEnd;
	}

	long rowsFetchedAtOnce() {
		return this.fetchSize.get();
	}

	void autoCommit(boolean value) {
		this.autoCommit = value;
	}

	/**
	 * From now on there are no connections any more, as if the process were dead.
	 */
	void cut() {
		this.cut = true;
	}

	@Override
	public Connection getConnection() throws SQLException {
		if (this.cut) {
			throw new SQLException("The connection is cut");
		}
		this.open.incrementAndGet();
		this.lent.incrementAndGet();
		Connection target = super.getConnection();
		if (!this.autoCommit) {
			target.setAutoCommit(false);
		}
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, args) -> call(target, method, args));
	}

	private @Nullable Object call(Connection target, Method method, Object @Nullable [] args) throws Throwable {
		if (method.getName().equals("close")) {
			this.open.decrementAndGet();
			this.autoCommitAtEnd = target.getAutoCommit();
		}
		else if (this.cut) {
			throw new SQLException("The connection is cut");
		}
		Object result = invoke(target, method, args);
		if (result instanceof Statement statement) {
			return statement(statement);
		}
		return result;
	}

	private Object statement(Statement target) {
		return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { java.sql.PreparedStatement.class },
				(proxy, method, args) -> {
					if (method.getName().startsWith("execute")) {
						this.executions.incrementAndGet();
					}
					Object result = invoke(target, method, args);
					if (result instanceof ResultSet rows) {
						this.fetchSize.accumulateAndGet(rows.getFetchSize(), Math::max);
					}
					return result;
				});
	}

	private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] args) throws Throwable {
		try {
			return method.invoke(target, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

}
