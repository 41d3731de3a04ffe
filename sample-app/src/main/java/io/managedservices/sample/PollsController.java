// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.managedservices.ManagedServices;

/**
 * Serves what the services have in memory, and takes new polls and votes. Asks for a
 * service without waiting for it: that one does not run is answered with 503, by the
 * starter. What makes no sense is answered with 400.
 */
@RestController
class PollsController {

	private final ManagedServices services;

	private final Polls polls;

	PollsController(ManagedServices services, Polls polls) {
		this.services = services;
		this.polls = polls;
	}

	@GetMapping("/polls")
	List<Poll> polls() throws InterruptedException {
		return this.services.get("pollBook", PollBook.class, Duration.ZERO).openPolls();
	}

	@PostMapping("/polls")
	@ResponseStatus(HttpStatus.CREATED)
	Map<String, Long> create(@RequestBody NewPoll poll) throws InterruptedException {
		poll.requireSense();
		return Map.of("id", writable().create(poll));
	}

	@PatchMapping("/polls/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void move(@PathVariable long id, @RequestParam OffsetDateTime closesAt) throws InterruptedException {
		if (!writable().move(id, Input.time("closesAt", closesAt))) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND,
					"There is no poll %d that could close".formatted(id));
		}
	}

	private Polls writable() throws InterruptedException {
		this.services.get("database", Database.class, Duration.ZERO);
		return this.polls;
	}

	@PostMapping("/polls/{id}/votes")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void vote(@PathVariable long id, @RequestParam String answer) throws InterruptedException {
		this.services.get("ballotBox", BallotBox.class, Duration.ZERO)
			.cast(new Ballot(id, Input.text("answer", answer, Ballot.MAX_ANSWER)));
	}

	@GetMapping("/votes")
	LongSummaryStatistics votes() throws InterruptedException {
		return this.services.get("statistics", Statistics.class, Duration.ZERO).votes();
	}

	@GetMapping("/scores")
	Map<Long, Long> scores() throws InterruptedException {
		return this.services.get("statistics", Statistics.class, Duration.ZERO).scores();
	}

}
