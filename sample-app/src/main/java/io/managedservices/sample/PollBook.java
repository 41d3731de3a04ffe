package io.managedservices.sample;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.Task;

/**
 * Holds the open polls in memory: the service {@code pollBook}. It depends on
 * {@code database} because that is injected. Safe for use by several threads: what was
 * loaded is immutable.
 */
@ManagedService
class PollBook implements ServiceLifecycle {

	private static final String OPEN_POLLS = """
			select poll.id, poll.question, poll.closes_at, sum(choice.votes) as votes
			from poll join choice on choice.poll_id = poll.id
			where poll.closes_at > current_timestamp
			group by poll.id, poll.question, poll.closes_at
			order by poll.closes_at, poll.id
			""";

	private final Database database;

	private volatile List<Poll> polls = List.of();

	PollBook(Database database) {
		this.database = database;
	}

	@Override
	public void start(ServiceContext context) {
		context.status("loading the open polls");
		load();
		context.work().every("look for polls that have closed", Duration.ofSeconds(1), () -> tellClosed(context));
	}

	private void load() {
		this.polls = List.copyOf(this.database.client().sql(OPEN_POLLS).query(Poll.class).list());
	}

	/**
	 * Loads the polls anew, with the votes that were written meanwhile.
	 */
	@Task(every = "30s")
	void reload() {
		load();
	}

	private void tellClosed(ServiceContext context) {
		OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
		List<Poll> before = this.polls;
		List<Poll> closed = before.stream().filter((poll) -> !poll.closesAt().isAfter(now)).toList();
		if (!closed.isEmpty()) {
			this.polls = before.stream().filter((poll) -> poll.closesAt().isAfter(now)).toList();
			closed.forEach((poll) -> context.events().emit(new PollClosed(poll.id(), poll.question())));
		}
	}

	@Override
	public void stop(ServiceContext context) {
		this.polls = List.of();
	}

	@Override
	public void checkReady() {
		if (openPolls().isEmpty()) {
			throw new IllegalStateException("No poll is open: expected one in table 'poll' with closes_at ahead");
		}
	}

	List<Poll> openPolls() {
		OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
		return this.polls.stream().filter((poll) -> poll.closesAt().isAfter(now)).toList();
	}

	List<Poll> closingWithin(Duration duration) {
		OffsetDateTime end = OffsetDateTime.now(ZoneOffset.UTC).plus(duration);
		return openPolls().stream().filter((poll) -> poll.closesAt().isBefore(end)).toList();
	}

}
