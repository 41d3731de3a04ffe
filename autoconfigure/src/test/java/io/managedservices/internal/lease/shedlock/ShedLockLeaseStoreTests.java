// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease.shedlock;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

import io.managedservices.internal.item.jdbc.TestPostgres;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.LeaseStore.Holder;
import io.managedservices.internal.lease.LeaseStore.StoredLease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for leases as locks of ShedLock, on real databases.
 */
class ShedLockLeaseStoreTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final List<EmbeddedDatabase> embedded = new ArrayList<>();

	enum Database {

		POSTGRESQL("TIMESTAMP"), H2("TIMESTAMP(3)");

		private final String timestamp;

		Database(String timestamp) {
			this.timestamp = timestamp;
		}

	}

	private static final String UNIQUE = "1@5f0c1c1e-3c8b-4f53-9d4e-0c7a6d6a0b11";

	private JdbcTemplate jdbc;

	@AfterEach
	void shutdown() {
		this.embedded.forEach(EmbeddedDatabase::shutdown);
	}

	private DataSource open(Database database) {
		DataSource dataSource = (database == Database.POSTGRESQL) ? TestPostgres.database() : h2();
		this.jdbc = new JdbcTemplate(dataSource);
		this.jdbc.execute("drop table if exists shedlock");
		this.jdbc.execute(
				"create table shedlock (name varchar(64) not null, lock_until %1$s not null, locked_at %1$s not null, locked_by varchar(255) not null, primary key (name))"
					.formatted(database.timestamp));
		return dataSource;
	}

	private DataSource h2() {
		EmbeddedDatabase database = new EmbeddedDatabaseBuilder().generateUniqueName(true)
			.setType(EmbeddedDatabaseType.H2)
			.build();
		this.embedded.add(database);
		return database;
	}

	private LockProvider provider(String by) {
		return new JdbcTemplateLockProvider(
				Configuration.builder().withJdbcTemplate(this.jdbc).usingDbTime().withLockedByValue(by).build());
	}

	private LeaseStore store(DataSource dataSource, LockProvider provider) {
		return new ShedLockLeaseStore(provider, "app:", new LeaseRows(dataSource, "shedlock"), Instant::now);
	}

	private static Holder look(LeaseStore store) throws Exception {
		return Objects.requireNonNull(store.look(List.of("polls")).get("polls"));
	}

	@ParameterizedTest
	@EnumSource
	void oneHoldsALeaseAndAllSeeWhoUntilItIsGivenBack(Database database) throws Exception {
		DataSource dataSource = open(database);
		LeaseStore one = store(dataSource, provider("one"));
		LeaseStore two = store(dataSource, provider("two"));
		assertThat(look(one).free()).isTrue();
		StoredLease held = Objects.requireNonNull(one.acquire("polls", LONG));
		assertThat(two.acquire("polls", LONG)).isNull();
		assertThat(one.acquire("polls", LONG)).isNull();
		assertThat(look(two).free()).isFalse();
		assertThat(look(two).by()).isEqualTo("one");
		assertThat(look(two).since()).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
		StoredLease extended = Objects.requireNonNull(held.extend(LONG));
		assertThat(extended.fence()).isEqualTo(held.fence());
		extended.release();
		assertThat(look(two).free()).isTrue();
		StoredLease next = Objects.requireNonNull(two.acquire("polls", LONG));
		assertThat(next.fence()).isGreaterThan(held.fence());
		next.release();
		assertThat(this.jdbc.queryForList("select name from shedlock where name like '%polls'", String.class))
			.containsExactly("app:polls");
	}

	@ParameterizedTest
	@EnumSource
	void leaseThatEndedIsNotRenewedAndTakenByAnother(Database database) throws Exception {
		DataSource dataSource = open(database);
		LeaseStore one = store(dataSource, provider("one"));
		LeaseStore two = store(dataSource, provider("two"));
		StoredLease held = Objects.requireNonNull(one.acquire("polls", Duration.ofMillis(1)));
		StoredLease next = null;
		while (next == null) {
			next = two.acquire("polls", LONG);
		}
		assertThat(held.extend(LONG)).isNull();
		assertThat(look(one).by()).isEqualTo("two");
	}

	@ParameterizedTest
	@EnumSource
	void rowThatWasDeletedIsMadeAgain(Database database) throws Exception {
		DataSource dataSource = open(database);
		LeaseStore one = store(dataSource, provider("one"));
		Objects.requireNonNull(one.acquire("polls", LONG)).release();
		this.jdbc.update("delete from shedlock");
		assertThat(one.acquire("polls", LONG)).isNotNull();
	}

	@ParameterizedTest
	@EnumSource
	void providerThatGoesByTheClockOfTheApplicationIsRefused(Database database) {
		DataSource dataSource = open(database);
		LockProvider provider = new JdbcTemplateLockProvider(
				Configuration.builder().withJdbcTemplate(this.jdbc).withLockedByValue("one").build());
		assertThatExceptionOfType(UnusableLockProviderException.class)
			.isThrownBy(() -> store(dataSource, provider).acquire("polls", LONG))
			.withMessageContaining("goes by the clock of the application")
			.satisfies((refused) -> assertThat(refused.getAction()).contains("usingDbTime()"));
	}

	@ParameterizedTest
	@EnumSource
	void providerThatNamesTheHostIsRefused(Database database) {
		DataSource dataSource = open(database);
		LockProvider provider = new JdbcTemplateLockProvider(
				Configuration.builder().withJdbcTemplate(this.jdbc).usingDbTime().build());
		assertThatExceptionOfType(UnusableLockProviderException.class)
			.isThrownBy(() -> store(dataSource, provider).acquire("polls", LONG))
			.withMessageContaining("names the host")
			.satisfies((refused) -> assertThat(refused.getAction()).contains("withLockedByValue"));
	}

	@ParameterizedTest
	@EnumSource
	void checkLeavesNoRow(Database database) throws Exception {
		DataSource dataSource = open(database);
		store(dataSource, provider("one")).look(List.of("polls"));
		assertThat(this.jdbc.queryForList("select name from shedlock", String.class)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void namesThatAreTooLongTogetherAreShortenedAlikeAndApart(Database database) throws Exception {
		DataSource dataSource = open(database);
		String prefix = "customer-notification-service-of-the-north-region:";
		LeaseRows rows = new LeaseRows(dataSource, "shedlock");
		LeaseStore one = new ShedLockLeaseStore(provider("one"), prefix, rows, Instant::now);
		LeaseStore two = new ShedLockLeaseStore(provider("two"), prefix, rows, Instant::now);
		String lease = "the-nightly-export-of-all-letters";
		assertThat(one.acquire(lease, LONG)).isNotNull();
		assertThat(two.acquire(lease, LONG)).isNull();
		assertThat(two.look(List.of(lease)).get(lease)).extracting(Holder::by).isEqualTo("one");
		assertThat(two.acquire(lease + "2", LONG)).isNotNull();
	}

	@ParameterizedTest
	@EnumSource
	void tableThatIsNotThatOfTheProviderIsNotLookedAt(Database database) throws Exception {
		DataSource dataSource = open(database);
		LeaseStore store = new ShedLockLeaseStore(provider("one"), "app:", new LeaseRows(dataSource, "locks"),
				Instant::now);
		assertThat(store.look(List.of("polls"))).isEmpty();
		StoredLease held = Objects.requireNonNull(store.acquire("polls", LONG));
		assertThat(held.fence()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void tableThatIsMissingIsWaitedFor(Database database) throws Exception {
		DataSource dataSource = open(database);
		this.jdbc.execute("alter table shedlock rename to later");
		LeaseStore store = store(dataSource, provider("one"));
		assertThatIllegalStateException().isThrownBy(() -> store.look(List.of("polls")))
			.withMessageContaining("cannot use its table")
			.withMessageContaining("set managed-services.lease.table");
		this.jdbc.execute("alter table later rename to shedlock");
		assertThat(look(store).free()).isTrue();
		assertThat(store.acquire("polls", LONG)).isNotNull();
	}

	@ParameterizedTest
	@EnumSource
	void leaseWhoseAnswerGotLostIsToBeHadAgain(Database database) throws Exception {
		DataSource dataSource = open(database);
		AtomicBoolean losing = new AtomicBoolean();
		LockProvider provider = losing(provider(UNIQUE), losing);
		LeaseStore store = store(dataSource, provider);
		LeaseStore child = store(dataSource, provider);
		LeaseStore other = store(dataSource, provider("two"));
		store.look(List.of("polls"));
		child.look(List.of("polls"));
		losing.set(true);
		assertThat(store.acquire("polls", LONG)).isNull();
		losing.set(false);
		assertThat(look(other).free()).as("the other one cannot know").isFalse();
		assertThat(look(store).free()).isTrue();
		StoredLease held = Objects.requireNonNull(store.acquire("polls", LONG));
		assertThat(look(child).free()).as("a context with the same provider").isFalse();
		assertThat(child.acquire("polls", LONG)).isNull();
		assertThat(other.acquire("polls", LONG)).isNull();
		assertThat(held.extend(LONG)).isNotNull();
		held.release();
		Awaitility.await().untilAsserted(() -> assertThat(look(other).free()).isTrue());
	}

	@ParameterizedTest
	@EnumSource
	void leaseThatIsBeingAskedForByAnotherContextIsNoOrphan(Database database) throws Exception {
		DataSource dataSource = open(database);
		AtomicReference<LeaseStore> sibling = new AtomicReference<>();
		List<Boolean> seen = new ArrayList<>();
		LockProvider plain = provider(UNIQUE);
		LockProvider provider = (ExtensibleLockProvider) (configuration) -> {
			Optional<SimpleLock> got = plain.lock(configuration);
			LeaseStore asked = sibling.get();
			if (asked != null && got.isPresent()) {
				sibling.set(null);
				try {
					seen.add(look(asked).free());
					seen.add(asked.acquire("polls", LONG) != null);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			}
			return got;
		};
		LeaseStore store = store(dataSource, provider);
		LeaseStore child = store(dataSource, plain);
		store.look(List.of("polls"));
		child.look(List.of("polls"));
		sibling.set(child);
		assertThat(store.acquire("polls", LONG)).isNotNull();
		assertThat(seen).containsExactly(false, false);
	}

	@ParameterizedTest
	@EnumSource
	void leaseWhoseEndMayStillComeIsNoOrphan(Database database) throws Exception {
		DataSource dataSource = open(database);
		LockProvider plain = provider(UNIQUE);
		LockProvider provider = (ExtensibleLockProvider) (configuration) -> plain.lock(configuration)
			.map((lock) -> configuration.getName().endsWith("polls") ? new NeverUnlocked(lock) : lock);
		LeaseStore store = store(dataSource, provider);
		store.look(List.of("polls"));
		StoredLease held = Objects.requireNonNull(store.acquire("polls", LONG));
		assertThatIllegalStateException().isThrownBy(held::release);
		assertThat(look(store).free()).isFalse();
		assertThat(store.acquire("polls", LONG)).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void leaseOfAnotherProcessOfTheSameNameIsNoOrphan(Database database) throws Exception {
		DataSource dataSource = open(database);
		StoredLease held = Objects.requireNonNull(store(dataSource, provider("polls")).acquire("polls", LONG));
		// What this process knows of another one: nothing.
		held.release();
		LeaseStore store = store(dataSource, provider("polls"));
		store.look(List.of("polls"));
		provider("polls").lock(new LockConfiguration(Instant.now(), "app:polls", LONG, Duration.ZERO));
		assertThat(look(store).free()).isFalse();
		assertThat(store.acquire("polls", LONG)).isNull();
	}

	private static LockProvider losing(LockProvider provider, AtomicBoolean losing) {
		return (ExtensibleLockProvider) (configuration) -> {
			Optional<SimpleLock> got = provider.lock(configuration);
			return losing.get() ? Optional.empty() : got;
		};
	}

	@ParameterizedTest
	@EnumSource
	void leaseWhoseFenceCannotBeReadIsGivenBack(Database database) throws Exception {
		AtomicBoolean broken = new AtomicBoolean();
		DataSource dataSource = new DelegatingDataSource(open(database)) {

			@Override
			public Connection getConnection() throws SQLException {
				if (broken.get()) {
					throw new SQLTransientConnectionException("the pool is empty");
				}
				return super.getConnection();
			}

		};
		LeaseStore store = store(dataSource, provider("one"));
		store.look(List.of("polls"));
		broken.set(true);
		assertThatExceptionOfType(CannotGetJdbcConnectionException.class)
			.isThrownBy(() -> store.acquire("polls", LONG));
		broken.set(false);
		// A row that was given back ends now, in the time of the database.
		Awaitility.await().untilAsserted(() -> assertThat(look(store).free()).isTrue());
	}

	@ParameterizedTest
	@EnumSource(names = "H2")
	void providerThatCannotExtendIsRefused(Database database) {
		DataSource dataSource = open(database);
		LockProvider extending = provider("one");
		LockProvider provider = new LockProvider() {

			@Override
			public Optional<SimpleLock> lock(LockConfiguration configuration) {
				return extending.lock(configuration);
			}

		};
		assertThatExceptionOfType(UnusableLockProviderException.class)
			.isThrownBy(() -> store(dataSource, provider).acquire("polls", LONG))
			.withMessageContaining("cannot extend");
	}

	/**
	 * A lock whose end gets lost.
	 */
	private static final class NeverUnlocked implements SimpleLock {

		private final SimpleLock lock;

		private NeverUnlocked(SimpleLock lock) {
			this.lock = lock;
		}

		@Override
		public void unlock() {
			throw new IllegalStateException("no answer");
		}

		@Override
		public Optional<SimpleLock> extend(Duration lockAtMostFor, Duration lockAtLeastFor) {
			return this.lock.extend(lockAtMostFor, lockAtLeastFor);
		}

	}

}
