// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Thrown if items are to be shared by db-scheduler, and something that it needs is
 * missing. Immutable.
 */
final class DbSchedulerUnavailableException extends RuntimeException {

	private final List<String> missing;

	private final List<String> actions;

	private DbSchedulerUnavailableException(List<String> missing, List<String> actions) {
		super("managed-services.items.engine is 'db-scheduler', and " + String.join(", ", missing));
		this.missing = List.copyOf(missing);
		this.actions = List.copyOf(actions);
	}

	/**
	 * Finds out what is missing.
	 * @param beanFactory of the application
	 * @return what to throw
	 */
	static DbSchedulerUnavailableException within(ConfigurableListableBeanFactory beanFactory) {
		List<String> missing = new ArrayList<>();
		List<String> actions = new ArrayList<>();
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		if (!ClassUtils.isPresent("com.github.kagkarlsson.scheduler.Scheduler", classLoader)) {
			missing.add("com.github.kagkarlsson:db-scheduler is not on the class path");
			actions.add("Add a dependency on com.github.kagkarlsson:db-scheduler.");
		}
		if (!ClassUtils.isPresent("org.springframework.jdbc.core.JdbcTemplate", classLoader)) {
			missing.add("spring-jdbc is not on the class path");
			actions.add("Add a dependency on org.springframework.boot:spring-boot-starter-jdbc.");
		}
		dataSource(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, DataSource.class), missing,
				actions);
		return new DbSchedulerUnavailableException(missing, actions);
	}

	private static void dataSource(String[] names, List<String> missing, List<String> actions) {
		if (names.length == 0) {
			missing.add("there is no DataSource");
			actions.add("Set spring.datasource.url, with the driver of the database on the class path, or add a bean.");
		}
		else if (names.length > 1) {
			missing.add("there are %d DataSources of which none is primary: %s".formatted(names.length,
					Arrays.stream(names).sorted().map("'%s'"::formatted).collect(Collectors.joining(", "))));
			actions.add("Annotate the one that has the table of items with @Primary.");
		}
	}

	String description() {
		return "managed-services.items.engine is 'db-scheduler', and something that it needs is missing:\n\n"
				+ list(this.missing.stream());
	}

	String action() {
		return list(Stream.concat(this.actions.stream(),
				Stream.of("Or set managed-services.items.engine to 'embedded', if there is one instance only.")));
	}

	private static String list(Stream<String> lines) {
		return lines.map("    - %s"::formatted).collect(Collectors.joining("\n"));
	}

}
