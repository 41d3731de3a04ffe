// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import javax.sql.DataSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.managedservices.ManagedService;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;

/**
 * An instance of an application that meets deadlines, as a process of its own: see
 * {@link DatabaseCampaignTests}.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ ManagedServicesAutoConfiguration.class, ManagedServicesItemsAutoConfiguration.class })
public class CampaignNode {

	public static void main(String[] args) {
		new SpringApplicationBuilder(CampaignNode.class).web(WebApplicationType.NONE)
			.properties("managed-services.startup.mode=background", "managed-services.startup.on-failure=continue",
					"managed-services.items.engine=db-scheduler", "managed-services.items.concurrency=4",
					"managed-services.items.db-scheduler.create-table=true",
					"managed-services.items.db-scheduler.polling-interval=200ms",
					"managed-services.items.db-scheduler.heartbeat=1s", "managed-services.items.retry.max-delay=1s",
					"managed-services.defaults.retry.max-retries=-1", "managed-services.defaults.retry.max-delay=1s")
			.run(args);
	}

	@Bean
	DataSource dataSource(@Value("${node.url}") String url, @Value("${node.user}") String user) {
		return new DriverManagerDataSource(url, user, user);
	}

	@Bean
	@ManagedService
	Deadlines deadlines(DataSource dataSource, @Value("${node.name}") String name) {
		return new Deadlines(dataSource, name);
	}

	static long micros(Instant time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, time);
	}

	/**
	 * Meets each deadline, and writes down who did it and when, in one transaction.
	 */
	static class Deadlines extends SqlItems<String> {

		private final TransactionTemplate transaction;

		private final JdbcTemplate jdbc;

		private final String name;

		Deadlines(DataSource dataSource, String name) {
			super(dataSource,
					new ItemSql("update deadline set met = true where id = :id and due <= :now and not met",
							"select id, due from deadline where not met and due <= :until order by due",
							"select due from deadline where id = :id and not met"));
			this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
			this.jdbc = new JdbcTemplate(dataSource);
			this.name = name;
		}

		@Override
		public Outcome process(String id) throws Exception {
			return this.transaction.execute((status) -> meet(id));
		}

		private Outcome meet(String id) {
			try {
				Outcome outcome = super.process(id);
				if (outcome == Outcome.DONE) {
					this.jdbc.update("insert into deed (id, name, micros) values (?, ?, ?)", id, this.name,
							micros(Instant.now()));
				}
				return outcome;
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public Duration interval() {
			return Duration.ofSeconds(30);
		}

	}

}
