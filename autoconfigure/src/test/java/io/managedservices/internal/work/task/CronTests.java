// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.work.SteppedWork;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tasks by cron in a time zone, on days when clocks are set forward and back.
 */
class CronTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	private static final String SPRING = "2026-03-29";

	private static final String AUTUMN = "2026-10-25";

	private final TimeZone systemZone = TimeZone.getDefault();

	private final AtomicReference<ServiceWork> work = new AtomicReference<>();

	private final List<String> ran = new ArrayList<>();

	private final SteppedWork stepped = new SteppedWork(
			SteppedWork.service("polls", (context) -> this.work.set(context.work())))
		.start();

	@AfterEach
	void restoreZone() {
		TimeZone.setDefault(this.systemZone);
	}

	private ServiceTask at(String day, String time) {
		ZonedDateTime begin = ZonedDateTime.of(LocalDate.parse(day), LocalTime.parse(time), BERLIN);
		this.stepped.backend.jump(Duration.between(this.stepped.backend.instant(), begin.toInstant()).minusSeconds(1));
		// The clock is not looked at all the time.
		this.stepped.pass(Duration.ofSeconds(1));
		return this.work.get()
			.task("count",
					() -> this.ran.add(this.stepped.backend.instant().atZone(BERLIN).toOffsetDateTime().toString()));
	}

	@Test
	void cronWhenZoneIsGivenCountsThere() {
		TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
		at("2026-06-01", "00:00").cron("0 0 3 * * *", ZoneId.of("America/New_York"));
		assertThat(this.stepped.engine.work("polls").tasks().get(0).next())
			.isEqualTo(Instant.parse("2026-06-01T07:00:00Z"));
		this.stepped.pass(Duration.ofHours(10));
		assertThat(this.ran).containsExactly("2026-06-01T09:00+02:00");
	}

	@Test
	void cronWhenNoZoneIsGivenCountsInThatOfTheSystem() {
		TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
		at("2026-06-01", "00:00").cron("0 0 12 * * *");
		this.stepped.pass(Duration.ofHours(6));
		assertThat(this.ran).containsExactly("2026-06-01T05:00+02:00");
	}

	@Test
	void cronWhenClocksAreSetForwardLeavesOutTheTimeThatIsSkipped() {
		at(SPRING, "00:00").cron("0 30 * * * *", BERLIN);
		this.stepped.pass(Duration.ofHours(4));
		assertThat(this.ran).containsExactly("2026-03-29T00:30+01:00", "2026-03-29T01:30+01:00",
				"2026-03-29T03:30+02:00", "2026-03-29T04:30+02:00");
	}

	@Test
	void cronOncePerDayWhenItsTimeIsSkippedComesOnTheNextDay() {
		at(SPRING, "00:00").cron("0 30 2 * * *", BERLIN);
		this.stepped.pass(Duration.ofHours(30));
		assertThat(this.ran).containsExactly("2026-03-30T02:30+02:00");
	}

	@Test
	void cronOncePerDayWhenClocksAreSetForwardKeepsItsTime() {
		at("2026-03-28", "12:00").cron("0 0 3 * * *", BERLIN);
		this.stepped.pass(Duration.ofHours(40));
		assertThat(this.ran).containsExactly("2026-03-29T03:00+02:00", "2026-03-30T03:00+02:00");
	}

	@Test
	void cronWhenClocksAreSetBackComesInBothHours() {
		at(AUTUMN, "01:00").cron("0 */30 2 * * *", BERLIN);
		this.stepped.pass(Duration.ofHours(6));
		assertThat(this.ran).containsExactly("2026-10-25T02:00+02:00", "2026-10-25T02:30+02:00",
				"2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00");
	}

	@Test
	void cronOncePerDayWhenClocksAreSetBackKeepsItsTime() {
		at("2026-10-24", "12:00").cron("0 0 3 * * *", BERLIN);
		this.stepped.pass(Duration.ofHours(40));
		assertThat(this.ran).containsExactly("2026-10-25T03:00+01:00", "2026-10-26T03:00+01:00");
	}

	@Test
	void cronWhenThereIsNoSuchTimeNamesTaskAndService() {
		assertThatIllegalArgumentException().isThrownBy(() -> at(SPRING, "00:00").cron("0 0 0 31 2 *", BERLIN))
			.withMessage(
					"The cron expression of task 'count' of service 'polls' has no next time: found '0 0 0 31 2 *'");
	}

}
