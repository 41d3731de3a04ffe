// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.managedservices.ServiceContext;
import io.managedservices.state.ServiceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link BallotBox}, on H2.
 */
class BallotBoxTests {

	private final DriverManagerDataSource dataSource = new DriverManagerDataSource(
			"jdbc:h2:mem:ballots;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");

	private final JdbcClient client = JdbcClient.create(this.dataSource);

	private final BallotBox ballotBox = new BallotBox(new Database(this.dataSource, this.client));

	private final ServiceContext context = mock(ServiceContext.class, RETURNS_DEEP_STUBS);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@BeforeEach
	void createTable() {
		this.client.sql("create table choice (poll_id bigint, answer varchar(20), votes bigint)").update();
		this.client.sql("insert into choice values (1, 'yes', 0), (1, 'no', 0)").update();
		this.ballotBox.start(this.context);
	}

	@AfterEach
	void dropTable() throws Exception {
		this.threads.shutdown();
		assertThat(this.threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		this.client.sql("shutdown").update();
	}

	@Test
	void stopWhenWriteHangsCountsEachVoteOnce() throws Exception {
		Future<?> writing;
		try (Connection other = this.dataSource.getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("update choice set votes = 0 where answer = 'yes'");
			this.ballotBox.cast(new Ballot(1, "yes"));
			writing = this.threads.submit(() -> this.ballotBox.write(this.context));
			Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> blocked() == 1);
			this.ballotBox.cast(new Ballot(1, "no"));
			other.commit();
		}
		this.ballotBox.quiesce(this.context);
		this.ballotBox.stop(this.context);
		writing.get(30, TimeUnit.SECONDS);
		assertThat(votes("yes")).isEqualTo(1);
		assertThat(votes("no")).isEqualTo(1);
	}

	@Test
	void writeWhenItFailsKeepsTheVote() {
		this.ballotBox.cast(new Ballot(1, "yes"));
		this.client.sql("alter table choice rename to moved").update();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.ballotBox.write(this.context));
		this.client.sql("alter table moved rename to choice").update();
		this.ballotBox.write(this.context);
		assertThat(votes("yes")).isEqualTo(1);
	}

	@Test
	void castWhenItHasQuiescedIsRefused() {
		this.ballotBox.quiesce(this.context);
		assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> this.ballotBox.cast(new Ballot(1, "yes")))
			.withMessageContaining("takes no votes");
	}

	private long blocked() {
		return this.client.sql("select count(*) from information_schema.sessions where blocker_id is not null")
			.query(Long.class)
			.single();
	}

	private long votes(String answer) {
		return this.client.sql("select votes from choice where answer = ?").param(answer).query(Long.class).single();
	}

}
