// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application pays for what it uses.
 */
class BootCostIntegrationTests {

	/** Those that the definitions of the beans mention, and that look for services. */
	private static final int FEW = 150;

	private static final Pattern LOADED = Pattern
		.compile("\\[class,load\\] (io\\.managedservices\\.(?!integration\\.)\\S+) ");

	@Test
	void applicationWithoutServicesMakesNothingThatRunsThem() throws Exception {
		List<String> lines = boot();
		List<String> loaded = loaded(lines);
		assertThat(loaded).contains("io.managedservices.internal.discovery.ServicePresence")
			.noneMatch((name) -> name.startsWith("io.managedservices.internal.engine.")
					|| name.startsWith("io.managedservices.internal.work.") || name.contains(".ServiceDiscovery"))
			.hasSizeLessThan(FEW);
		assertThat(lines).contains("started true").noneMatch((line) -> line.startsWith("thread managed-services"));
	}

	@Test
	void applicationWithServicesRunsThem() throws Exception {
		List<String> lines = boot(IdleService.class.getName());
		assertThat(loaded(lines)).contains("io.managedservices.internal.engine.ServiceEngine");
		assertThat(lines).contains("started true").anyMatch((line) -> line.startsWith("thread managed-services"));
	}

	private static List<String> boot(String... args) throws Exception {
		return JavaProcess.run(BootApplication.class, BootApplication.classPath(true),
				List.of("-Xlog:class+load:stdout"), args);
	}

	private static List<String> loaded(List<String> lines) {
		return lines.stream().map(LOADED::matcher).filter(Matcher::find).map((found) -> found.group(1)).toList();
	}

}
