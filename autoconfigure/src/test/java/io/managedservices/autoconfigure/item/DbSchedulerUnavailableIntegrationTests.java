// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.util.List;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for what an application reports that is to share items by db-scheduler, and
 * cannot.
 */
@ExtendWith(OutputCaptureExtension.class)
class DbSchedulerUnavailableIntegrationTests {

	private static final String HEADING = "managed-services.items.engine is 'db-scheduler', and something that it needs is missing:";

	private static final String EMBEDDED = "    - Or set managed-services.items.engine to 'embedded', if there is one instance only.";

	@Test
	void runWhenThereIsNoDataSourceReportsIt(CapturedOutput output) {
		assertThat(analysis(output, List.of(), List.of())).containsExactly("Description:", "", HEADING, "",
				"    - there is no DataSource", "", "Action:", "",
				"    - Set spring.datasource.url, with the driver of the database on the class path, or add a bean.",
				EMBEDDED);
	}

	@Test
	void runWhenThereAreSeveralDataSourcesReportsThem(CapturedOutput output) {
		assertThat(analysis(output, List.of(), List.of("polls", "audit"))).containsExactly("Description:", "", HEADING,
				"", "    - there are 2 DataSources of which none is primary: 'audit', 'polls'", "", "Action:", "",
				"    - Annotate the one that has the table of items with @Primary.", EMBEDDED);
	}

	@Test
	void runWhenDbSchedulerIsNotThereReportsIt(CapturedOutput output) {
		assertThat(analysis(output, List.of(Scheduler.class), List.of("polls"))).containsExactly("Description:", "",
				HEADING, "", "    - com.github.kagkarlsson:db-scheduler is not on the class path", "", "Action:", "",
				"    - Add a dependency on com.github.kagkarlsson:db-scheduler.", EMBEDDED);
	}

	@Test
	void runWhenNothingIsThereReportsAll(CapturedOutput output) {
		assertThat(analysis(output, List.of(Scheduler.class, JdbcTemplate.class), List.of())).containsExactly(
				"Description:", "", HEADING, "", "    - com.github.kagkarlsson:db-scheduler is not on the class path",
				"    - spring-jdbc is not on the class path", "    - there is no DataSource", "", "Action:", "",
				"    - Add a dependency on com.github.kagkarlsson:db-scheduler.",
				"    - Add a dependency on org.springframework.boot:spring-boot-starter-jdbc.",
				"    - Set spring.datasource.url, with the driver of the database on the class path, or add a bean.",
				EMBEDDED);
	}

	private static List<String> analysis(CapturedOutput output, List<Class<?>> missing, List<String> dataSources) {
		ApplicationContextInitializer<GenericApplicationContext> databases = (context) -> dataSources.forEach(
				(name) -> context.registerBean(name, DataSource.class, (Supplier<DataSource>) JdbcDataSource::new));
		assertThatException().isThrownBy(() -> new SpringApplicationBuilder(Application.class)
			.resourceLoader(new DefaultResourceLoader(new FilteredClassLoader(missing.toArray(new Class<?>[0]))))
			.initializers(databases)
			.web(WebApplicationType.NONE)
			.properties("managed-services.items.engine=db-scheduler")
			.run());
		String text = output.getOut();
		String marker = "APPLICATION FAILED TO START\n***************************\n\n";
		assertThat(text).containsOnlyOnce(marker);
		return text.substring(text.indexOf(marker) + marker.length()).strip().lines().toList();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ManagedServicesAutoConfiguration.class, ManagedServicesItemsAutoConfiguration.class })
	static class Application {

	}

}
