package io.managedservices.sample;

import javax.sql.DataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import io.managedservices.ManagedService;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * Runs while the database has the tables of the application: the service
 * {@code database}. It depends on {@code connection}, which is no bean: a gate in
 * {@code application.yml} that runs while the database accepts connections. Safe for use
 * by several threads.
 */
@ManagedService(dependsOn = "connection", retry = @Retry(delay = "250ms", multiplier = 1.5, maxDelay = "2s"))
class Database implements ServiceLifecycle {

	private final DataSource dataSource;

	private final JdbcClient client;

	Database(DataSource dataSource, JdbcClient client) {
		this.dataSource = dataSource;
		this.client = client;
	}

	/**
	 * Connects, and creates and fills the tables that do not exist yet: done here and not
	 * while the context is created, since the database may come later.
	 */
	@Override
	public void start(ServiceContext context) {
		context.status("connecting");
		checkHealth();
		context.status("creating the tables");
		DatabasePopulatorUtils.execute(new ResourceDatabasePopulator(new ClassPathResource("polls/schema.sql"),
				new ClassPathResource("polls/seed.sql")), this.dataSource);
	}

	@Override
	public void checkHealth() {
		this.client.sql("select 1").query(Integer.class).single();
	}

	JdbcClient client() {
		return this.client;
	}

}
