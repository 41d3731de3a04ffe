// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.event.TransactionalEventListener;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.Task;

/**
 * Holds the open polls in memory: the service {@code pollBook}. It depends on
 * {@code database} because that is injected. Safe for use by several threads: what was
 * loaded is immutable.
 */
@ManagedService
class PollBook implements ServiceLifecycle {

	private static final String OPEN_POLLS = """
			select poll.id, poll.question, poll.closes_at as closesAt, sum(choice.votes) as votes
			from poll join choice on choice.poll_id = poll.id
			where poll.state = 'OPEN'
			group by poll.id, poll.question, poll.closes_at
			order by poll.closes_at, poll.id
			""";

	private final Database database;

	private final Clock clock;

	private volatile List<Poll> polls = List.of();

	private volatile @Nullable ServiceTask reload;

	PollBook(Database database, Clock clock) {
		this.database = database;
		this.clock = clock;
	}

	/**
	 * Loads the polls, and does it again now and then: for the votes that were written
	 * meanwhile, and for what other instances of the application have done.
	 */
	@Override
	public void start(ServiceContext context) {
		context.status("loading the open polls");
		this.polls = load();
		this.reload = context.work().task("reload");
	}

	private List<Poll> load() {
		return List.copyOf(this.database.client().sql(OPEN_POLLS).query(Poll.class).list());
	}

	@Task(every = "${polls.reload-interval}")
	void reload(ServiceContext context) {
		List<Poll> before = this.polls;
		List<Poll> now = load();
		this.polls = now;
		Set<Long> open = now.stream().map(Poll::id).collect(Collectors.toSet());
		before.stream()
			.filter((poll) -> !open.contains(poll.id()))
			.forEach((poll) -> context.events().emit(new PollClosed(poll.id(), poll.question())));
	}

	// However many polls change while it loads them, it does so once more only.
	@TransactionalEventListener({ PollPlanned.class, PollChanged.class })
	void changed() {
		ServiceTask task = this.reload;
		if (task != null) {
			task.queue();
		}
	}

	@Override
	public void checkReady() {
		if (openPolls().isEmpty()) {
			throw new IllegalStateException("No poll is open: expected one in table 'poll' with closes_at ahead");
		}
	}

	// One whose time has come is not served any more, though it may be closed a moment
	// later.
	List<Poll> openPolls() {
		OffsetDateTime now = OffsetDateTime.now(this.clock);
		return this.polls.stream().filter((poll) -> poll.closesAt().isAfter(now)).toList();
	}

	List<Poll> closingWithin(Duration duration) {
		OffsetDateTime end = OffsetDateTime.now(this.clock).plus(duration);
		return openPolls().stream().filter((poll) -> poll.closesAt().isBefore(end)).toList();
	}

}
