// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease.shedlock;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds out by trying whether a provider of locks can keep leases: two instances would
 * run a service at once with one that cannot. Uses locks of names of its own, for a
 * moment. Used by one thread at a time.
 */
final class LockProviderCheck {

	static final String FOR_JDBC = """
			Declare it as:

			    @Bean
			    LockProvider lockProvider(JdbcTemplate jdbcTemplate) {
			        return new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
			            .withJdbcTemplate(jdbcTemplate).usingDbTime()
			            .withLockedByValue(ProcessHandle.current().pid() + "@" + UUID.randomUUID()).build());
			    }""";

	private static final String FOR_JDBC_TABLE = """
			Create it as the documentation of ShedLock shows. If it has another name, tell the provider with \
			withTableName, and set managed-services.lease.table""";

	/** A UUID. */
	private static final Pattern UNIQUE = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final Duration SHORT = Duration.ofMillis(20);

	private final LockProvider provider;

	private final String prefix;

	private final @Nullable LeaseRows rows;

	private final InstantSource clock;

	private @Nullable String holder;

	LockProviderCheck(LockProvider provider, String prefix, @Nullable LeaseRows rows, InstantSource clock) {
		this.provider = provider;
		this.prefix = prefix;
		this.rows = rows;
		this.clock = clock;
	}

	/**
	 * Tries the provider.
	 * @return whether the table of the locks is that of the provider, so that it can be
	 * looked at
	 * @throws UnusableLockProviderException if the provider cannot keep leases
	 */
	boolean run() {
		if (!(this.provider instanceof ExtensibleLockProvider)) {
			throw new UnusableLockProviderException(
					"%s cannot extend a lock: expected an ExtensibleLockProvider".formatted(described()),
					"Use a LockProvider that can, such as those for JDBC and Redis. See docs/many-machines.md.");
		}
		String name = LockNames.of(this.prefix, "check:" + UUID.randomUUID().toString().substring(0, 8));
		if (this.provider.getClass().getName().toLowerCase(Locale.ROOT).contains("redis")) {
			// It is told for how long, and counts that itself.
			checkStale(name);
			return false;
		}
		try {
			return checkClock(name);
		}
		catch (RuntimeException ex) {
			if (this.rows != null && LeaseRows.isMissing(ex)) {
				// Perhaps a service of the application creates it.
				throw new IllegalStateException(
						"%s cannot use its table: %s. %s".formatted(described(), ex.getMessage(), FOR_JDBC_TABLE), ex);
			}
			throw ex;
		}
	}

	/**
	 * How the provider calls this process in the table of the locks.
	 * @return the name, or {@code null} if it was not seen, or has no UUID, so that
	 * another process may have it
	 */
	@Nullable String holder() {
		return this.holder;
	}

	// A lock that was asked for an hour ago, by the clock of the application, would be
	// free by now if that clock was asked.
	private boolean checkClock(String name) {
		SimpleLock first = lock(name, this.clock.instant().minusSeconds(3600), LONG).orElse(null);
		if (first == null) {
			return this.rows != null;
		}
		boolean seen = false;
		try {
			seen = isSeen(name);
			Optional<SimpleLock> second = lock(name, this.clock.instant(), LONG);
			if (second.isPresent()) {
				second.get().unlock();
				throw new UnusableLockProviderException(
						"%s goes by the clock of the application: two instances would hold a lease if their clocks differ. Expected one that goes by the clock of its store"
							.formatted(described()),
						FOR_JDBC);
			}
		}
		finally {
			unlock(first);
			if (seen && this.rows != null) {
				this.rows.delete(name);
			}
		}
		return seen;
	}

	// By what it has written there.
	private boolean isSeen(String name) {
		LeaseRows.Row row = find(name);
		if (row == null) {
			return false;
		}
		if (row.by().equals(hostName())) {
			throw new UnusableLockProviderException(
					"%s names the host, '%s', as the holder of its locks: two processes on one host would take a lease from each other. Expected a name that is unique to the process"
						.formatted(described(), row.by()),
					FOR_JDBC);
		}
		// One that is not made anew for each process may be that of another one.
		this.holder = UNIQUE.matcher(row.by()).find() ? row.by() : null;
		return true;
	}

	private LeaseRows.@Nullable Row find(String name) {
		try {
			return (this.rows != null) ? this.rows.find(name) : null;
		}
		catch (RuntimeException ex) {
			if (LeaseRows.isMissing(ex)) {
				return null;
			}
			throw ex;
		}
	}

	// One that has expired must not extend that of another instance.
	private void checkStale(String name) {
		SimpleLock stale = lock(name, this.clock.instant(), SHORT).orElse(null);
		Optional<SimpleLock> other = Optional.empty();
		for (int attempt = 0; stale != null && other.isEmpty() && attempt < 1000; attempt++) {
			other = lock(name, this.clock.instant(), LONG);
		}
		if (stale != null && other.isPresent()) {
			boolean taken = stale.extend(LONG, Duration.ZERO).isPresent();
			unlock(other.get());
			if (taken) {
				throw new UnusableLockProviderException(
						"%s lets a lock that has expired take over that of another instance".formatted(described()),
						"Build it with safeUpdate(true).");
			}
		}
	}

	private static void unlock(SimpleLock lock) {
		try {
			lock.unlock();
		}
		catch (IllegalStateException ex) {
			// It was extended.
		}
	}

	private Optional<SimpleLock> lock(String name, Instant askedAt, Duration duration) {
		return this.provider.lock(new LockConfiguration(askedAt, name, duration, Duration.ZERO));
	}

	private String described() {
		return "The LockProvider of type '" + this.provider.getClass().getName() + "'";
	}

	private static String hostName() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "unknown";
		}
	}

}
