// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * A million items that are armed in memory and processed at their times, beside the
 * timers of others: the time to arm each and the memory of each that is armed, and then
 * how many are processed in a second, and how late, if all are due at once, and how late
 * if their times are spread.
 *
 * @since 0.1.0
 */
public final class TimedItems {

	private static final long LEAD = TimeUnit.SECONDS.toNanos(3);

	private static final long SPREAD = TimeUnit.SECONDS.toNanos(5);

	private TimedItems() {
	}

	/**
	 * Measures all in turn.
	 * @param args how many items, 1,000,000 if left out; how many rounds, 5 if left out;
	 * which contenders, all if left out
	 * @throws Exception if anything goes wrong
	 */
	public static void main(String[] args) throws Exception {
		LoggingSystem.get(TimedItems.class.getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
		int items = (args.length > 0) ? Integer.parseInt(args[0]) : 1_000_000;
		int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : 5;
		ItemContender[] contenders = (args.length > 2)
				? Arrays.stream(args, 2, args.length).map(ItemContender::valueOf).toArray(ItemContender[]::new)
				: ItemContender.values();
		Map<ItemContender, double[][]> results = new EnumMap<>(ItemContender.class);
		for (int round = 0; round < rounds; round++) {
			for (ItemContender contender : contenders) {
				double[] result = measure(contender, contender.items(items));
				results.computeIfAbsent(contender, (key) -> new double[rounds][])[round] = result;
				System.out.printf(Locale.ROOT, "%s %s%n", contender, Arrays.toString(result));
			}
		}
		System.out.println(
				"| median of %d | items | to arm, ns | bytes each | at once, items/s | late p50, ms | p99 | spread, late p50, ms | p99 |"
					.formatted(rounds));
		System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
		results.forEach((contender,
				figures) -> System.out.println(String.format(Locale.ROOT,
						"| `%s` | %,d | %,.0f | %.0f | %,.0f | %,.1f | %,.1f | %,.2f | %,.2f |", contender,
						contender.items(items), median(figures, 0), median(figures, 1), median(figures, 2),
						median(figures, 3), median(figures, 4), median(figures, 5), median(figures, 6))));
	}

	private static double median(double[][] rounds, int figure) {
		double[] sorted = Arrays.stream(rounds).mapToDouble((round) -> round[figure]).sorted().toArray();
		return sorted[sorted.length / 2];
	}

	private static double[] measure(ItemContender contender, int items) throws Exception {
		double memory = memory(contender, items);
		double[] figures = new double[7];
		figures[1] = memory;
		TimedRows atOnce = new TimedRows(items, LEAD, 0);
		figures[0] = run(contender, atOnce);
		long[] late = atOnce.lateness();
		figures[2] = items / ((double) late[items - 1] / TimeUnit.SECONDS.toNanos(1));
		figures[3] = millis(late[items / 2]);
		figures[4] = millis(late[items - 1 - items / 100]);
		TimedRows spread = new TimedRows(items, LEAD, SPREAD);
		run(contender, spread);
		late = spread.lateness();
		figures[5] = millis(late[items / 2]);
		figures[6] = millis(late[items - 1 - items / 100]);
		return figures;
	}

	private static double millis(long nanos) {
		return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
	}

	private static double memory(ItemContender contender, int items) throws Exception {
		TimedRows rows = new TimedRows(items, TimeUnit.HOURS.toNanos(1), SPREAD);
		try (ItemTimer timer = contender.timer()) {
			long before = used();
			timer.arm(rows);
			return (double) (used() - before) / items;
		}
	}

	/**
	 * Has items processed.
	 * @param contender by whom
	 * @param rows the items
	 * @return how long it took to arm each, in nanoseconds
	 * @throws Exception if anything goes wrong
	 */
	static double run(ItemContender contender, TimedRows rows) throws Exception {
		try (ItemTimer timer = contender.timer()) {
			long begin = System.nanoTime();
			timer.arm(rows);
			long end = System.nanoTime();
			if (end >= rows.due(rows.id(0))) {
				throw new IllegalStateException("%s had not armed all when the first was due".formatted(contender));
			}
			rows.await();
			return (double) (end - begin) / rows.count();
		}
	}

	// What has a finalizer is gone only after a second collection, and a thread that ends
	// may hold what it had for a while.
	private static long used() throws InterruptedException {
		Runtime runtime = Runtime.getRuntime();
		long least = Long.MAX_VALUE;
		for (int times = 0; times < 4; times++) {
			System.gc();
			least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
			TimeUnit.MILLISECONDS.sleep(100);
		}
		return least;
	}

}
