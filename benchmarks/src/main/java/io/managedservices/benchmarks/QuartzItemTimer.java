// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Date;
import java.util.Properties;

import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/**
 * A trigger of Quartz for each item, of one job, in its store in memory with its ten
 * threads. Used by one thread.
 */
final class QuartzItemTimer implements ItemTimer {

	private static final String ROWS = "rows";

	private static final String ID = "id";

	private final Scheduler scheduler;

	QuartzItemTimer() {
		try {
			Properties properties = new Properties();
			properties.put(StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, "items");
			properties.put("org.quartz.threadPool.threadCount", "10");
			this.scheduler = new StdSchedulerFactory(properties).getScheduler();
			this.scheduler.start();
		}
		catch (SchedulerException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void arm(TimedRows rows) throws SchedulerException {
		this.scheduler.getContext().put(ROWS, rows);
		JobDetail job = JobBuilder.newJob(Processing.class).withIdentity("item").storeDurably().build();
		this.scheduler.addJob(job, true);
		for (int index = 0; index < rows.count(); index++) {
			int id = rows.id(index);
			Trigger trigger = TriggerBuilder.newTrigger()
				.withIdentity(String.valueOf(id))
				.forJob(job)
				.usingJobData(ID, id)
				.startAt(Date.from(rows.dueInstant(id).plusNanos(999_999)))
				.build();
			this.scheduler.scheduleJob(trigger);
		}
	}

	@Override
	public void close() throws SchedulerException {
		this.scheduler.shutdown(true);
	}

	/**
	 * Processes the item of a trigger. Used by one thread.
	 */
	public static final class Processing implements Job {

		@Override
		public void execute(JobExecutionContext context) throws JobExecutionException {
			try {
				TimedRows rows = (TimedRows) context.getScheduler().getContext().get(ROWS);
				rows.process(context.getTrigger().getJobDataMap().getInt(ID));
			}
			catch (SchedulerException ex) {
				throw new JobExecutionException(ex);
			}
		}

	}

}
