// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import io.managedservices.actuate.history.LastStartDescriptor.Outcome;
import io.managedservices.actuate.history.LastStartDescriptor.StartedService;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartDrawing}.
 */
class StartDrawingTests {

	@Test
	void ofDrawsARowForEachServiceThatWasStarted() throws Exception {
		List<String> texts = texts(StartDrawing
			.of(new LastStartDescriptor(Instant.EPOCH, 450L, Outcome.RUNNING, List.of("database", "pollBook"),
					List.of(new StartedService("database", null, null, 0L, 300L, 2, false),
							new StartedService("pollBook", 0L, null, 300L, 150L, 1, false),
							new StartedService("audit", null, null, 5L, null, 1, false),
							new StartedService("late", 0L, null, null, null, 0, false)))));
		assertThat(texts).contains("The last start took 450 ms, 3 of 4 services", "critical path", "0 ms", "100 ms",
				"database\u00a0 300 ms (2 attempts)", "pollBook\u00a0 150 ms", "audit\u00a0 goes on");
	}

	@Test
	void ofWhenNamesAreHostileKeepsThemText() throws Exception {
		String hostile = "<script>alert(1)</script>&\"'\u0000]]>";
		assertThat(texts(start(hostile, 7L))).contains("<script>alert(1)</script>&\"' ]]>\u00a0 7 ms");
	}

	@Test
	void ofWhenThereAreManyDrawsTheCriticalPathAndTheSlowest() throws Exception {
		List<StartedService> services = new ArrayList<>();
		for (int number = 0; number < 300; number++) {
			services.add(new StartedService("s" + number, null, null, 0L, (long) number, 1, false));
		}
		List<String> texts = texts(StartDrawing
			.of(new LastStartDescriptor(Instant.EPOCH, 300L, Outcome.RUNNING, List.of("s1"), services)));
		assertThat(texts).contains("s1\u00a0 1 ms", "s299\u00a0 299 ms", "s101\u00a0 101 ms")
			.doesNotContain("s0\u00a0 0 ms", "s100\u00a0 100 ms");
	}

	@Test
	void ofWhenNothingTookTimeIsAnImageAllTheSame() throws Exception {
		assertThat(texts(start("database", 0L))).contains("database\u00a0 0 ms");
		assertThat(texts(StartDrawing.ofNone())).containsExactly("The services were not started yet.");
	}

	@Test
	void ofWhenServiceRunsLongAfterTheStartHasEndedLeavesRoomForTheStart() throws Exception {
		String drawing = StartDrawing.of(new LastStartDescriptor(Instant.EPOCH, 450L, Outcome.RUNNING, List.of(),
				List.of(new StartedService("database", null, null, 0L, 450L, 1, false),
						new StartedService("audit", 0L, "database", 450L, 7_200_000L, 9, false))));
		assertThat(texts(drawing)).contains("100 ms", "audit\u00a0 7200.00 s (9 attempts)waited for database");
		assertThat(drawing).contains("<rect x=\"12.0\" y=\"64\" width=\"700.0\"");
	}

	private static String start(String name, long took) {
		return StartDrawing.of(new LastStartDescriptor(Instant.EPOCH, took, Outcome.RUNNING, List.of(),
				List.of(new StartedService(name, null, null, 0L, took, 1, false))));
	}

	private static List<String> texts(String svg) throws Exception {
		Document image = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new InputSource(new StringReader(svg)));
		assertThat(image.getDocumentElement().getTagName()).isEqualTo("svg");
		assertThat(image.getElementsByTagName("script").getLength()).isZero();
		NodeList found = image.getElementsByTagName("text");
		List<String> texts = new ArrayList<>();
		for (int index = 0; index < found.getLength(); index++) {
			texts.add(found.item(index).getTextContent());
		}
		return texts;
	}

}
