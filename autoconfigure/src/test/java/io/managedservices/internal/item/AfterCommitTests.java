// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AfterCommit} with transactions of a database. Each run notes how many
 * rows others saw by then.
 */
class AfterCommitTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final List<String> log = new ArrayList<>();

	private final JdbcTemplate jdbc;

	private final JdbcConnectionPool others;

	AfterCommitTests() {
		String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
		this.others = JdbcConnectionPool.create(url, "sa", "");
		this.context.registerBean(JdbcConnectionPool.class, () -> JdbcConnectionPool.create(url, "sa", ""));
		this.context.register(Transactions.class);
		this.context.refresh();
		this.jdbc = new JdbcTemplate(this.context.getBean(DataSource.class));
	}

	@BeforeEach
	void createTable() {
		this.jdbc.execute("create table item (id int primary key)");
	}

	@AfterEach
	void close() {
		this.context.close();
		this.others.dispose();
	}

	@Test
	void runWhenThereIsNoTransactionRunsAtOnce() {
		run("none");
		assertThat(this.log).containsExactly("none: 0");
	}

	@Test
	void runWhenTransactionCommitsRunsThen() {
		transaction().executeWithoutResult((status) -> {
			insert(1);
			run("tx");
			assertThat(this.log).isEmpty();
		});
		assertThat(this.log).containsExactly("tx: 1");
	}

	@Test
	void runWhenTransactionIsRolledBackDoesNothing() {
		transaction().executeWithoutResult((status) -> {
			insert(1);
			run("tx");
			status.setRollbackOnly();
		});
		assertThatIllegalStateException().isThrownBy(() -> transaction().executeWithoutResult((status) -> {
			run("tx");
			throw new IllegalStateException("planted");
		}));
		assertThat(this.log).isEmpty();
	}

	@Test
	void runWhenOwnTransactionWithinCommitsRunsThenAndNotWithTheOneAround() {
		transaction().executeWithoutResult((status) -> {
			insert(1);
			run("outer");
			own().executeWithoutResult((inner) -> {
				insert(2);
				run("inner");
			});
			assertThat(this.log).containsExactly("inner: 1");
			status.setRollbackOnly();
		});
		assertThat(this.log).containsExactly("inner: 1");
	}

	@Test
	void runWhenOwnTransactionWithinIsRolledBackRunsOnlyThatOfTheOneAround() {
		transaction().executeWithoutResult((status) -> {
			insert(1);
			own().executeWithoutResult((inner) -> {
				run("inner");
				inner.setRollbackOnly();
			});
			run("outer");
		});
		assertThat(this.log).containsExactly("outer: 1");
	}

	@Test
	void runWhenTransactionIsSuspendedRunsAtOnce() {
		transaction().executeWithoutResult((status) -> {
			insert(1);
			TransactionTemplate none = transaction();
			none.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
			none.executeWithoutResult((inner) -> run("none"));
			assertThat(this.log).containsExactly("none: 0");
		});
	}

	@Test
	void runWhenCommitIsOverRunsNevertheless() {
		Listening listening = this.context.getBean(Listening.class);
		listening.body = this::run;
		transaction().executeWithoutResult((status) -> {
			insert(1);
			this.context.publishEvent("event");
		});
		assertThat(this.log).containsExactlyInAnyOrder("before commit: 1", "after commit: 1", "after completion: 1");
	}

	@Test
	void runWhenCalledAfterCommitRunsNevertheless() {
		transaction().executeWithoutResult((status) -> {
			insert(1);
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					run("after commit");
				}

			});
		});
		assertThat(this.log).containsExactly("after commit: 1");
	}

	@Test
	void runWhenOthersFailAfterCommitRunsNevertheless() {
		assertThatIllegalStateException().isThrownBy(() -> transaction().executeWithoutResult((status) -> {
			insert(1);
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					throw new IllegalStateException("planted");
				}

			});
			run("tx");
		}));
		assertThat(this.log).containsExactly("tx: 1");
	}

	@Test
	void runWhenNobodyKnowsWhetherTheCommitCameThroughRunsNevertheless() {
		TransactionTemplate lost = new TransactionTemplate(
				new DataSourceTransactionManager(this.context.getBean(DataSource.class)) {

					@Override
					protected void doCommit(DefaultTransactionStatus status) {
						super.doCommit(status);
						throw new TransactionSystemException("connection lost");
					}

				});
		assertThatExceptionOfType(TransactionSystemException.class)
			.isThrownBy(() -> lost.executeWithoutResult((status) -> {
				insert(1);
				run("tx");
			}));
		assertThat(this.log).containsExactly("tx: 1");
	}

	@Test
	void runWhenNothingKnowsOfTransactionsRunsAtOnce() throws Exception {
		Class<?> alone = new WithoutTransactions().loadClass(AfterCommit.class.getName());
		assertThat(alone).isNotSameAs(AfterCommit.class);
		Method run = alone.getDeclaredMethod("run", Runnable.class);
		run.setAccessible(true);
		run.invoke(null, (Runnable) () -> this.log.add("alone"));
		assertThat(this.log).containsExactly("alone");
	}

	private void run(String name) {
		AfterCommit.run(() -> this.log.add(name + ": "
				+ new JdbcTemplate(this.others).queryForObject("select count(*) from item", Integer.class)));
	}

	private void insert(int id) {
		this.jdbc.update("insert into item values (?)", id);
	}

	private TransactionTemplate transaction() {
		return new TransactionTemplate(this.context.getBean(JdbcTransactionManager.class));
	}

	private TransactionTemplate own() {
		TransactionTemplate own = transaction();
		own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return own;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transactions {

		@Bean
		JdbcTransactionManager transactionManager(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		Listening listening() {
			return new Listening();
		}

	}

	/**
	 * Listens to the phases of a transaction.
	 */
	static class Listening {

		private Consumer<String> body = (name) -> {
		};

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
		void beforeCommit(String event) {
			this.body.accept("before commit");
		}

		@TransactionalEventListener
		void afterCommit(String event) {
			this.body.accept("after commit");
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_COMPLETION)
		void afterCompletion(String event) {
			this.body.accept("after completion");
		}

	}

	/**
	 * Loads the class where there are no transactions.
	 */
	private static final class WithoutTransactions extends ClassLoader {

		WithoutTransactions() {
			super(AfterCommitTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.startsWith("org.springframework.transaction.") || name.startsWith("reactor.")) {
				throw new ClassNotFoundException(name);
			}
			if (!name.startsWith(AfterCommit.class.getName()) || name.startsWith(AfterCommitTests.class.getName())) {
				return super.loadClass(name, resolve);
			}
			Class<?> loaded = findLoadedClass(name);
			return (loaded != null) ? loaded : define(name);
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] bytes = Objects.requireNonNull(in).readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
