// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import io.managedservices.actuate.history.LastStartDescriptor.StartedService;

/**
 * Draws a start as an image: a row for each service, with the time that it waited and the
 * time that its start took. Used by one thread.
 */
public final class StartDrawing {

	/**
	 * How many services are drawn at most: those of the critical path, then the slowest
	 * ones.
	 */
	public static final int MAX_ROWS = 200;

	private static final int WIDTH = 960;

	private static final int ROOM = 700;

	private static final int LEFT = 12;

	private static final int TOP = 64;

	private static final int ROW = 18;

	private static final int TICKS = 5;

	private final StringBuilder text = new StringBuilder();

	private final LastStartDescriptor start;

	private final Set<String> critical;

	private final List<StartedService> rows;

	private final double total;

	private StartDrawing(LastStartDescriptor start) {
		this.start = start;
		this.critical = new HashSet<>(start.criticalPath());
		this.rows = rows(start, this.critical);
		// What comes up after the start has ended would leave no room for the start.
		Long took = start.took();
		long longest = (took != null) ? took : this.rows.stream().mapToLong(StartDrawing::end).max().orElse(1);
		this.total = Math.max(1, longest);
	}

	private static List<StartedService> rows(LastStartDescriptor start, Set<String> critical) {
		Comparator<StartedService> onPath = Comparator.comparing((row) -> !critical.contains(row.name()));
		List<StartedService> all = new ArrayList<>(
				start.services().stream().filter((row) -> row.startedAfter() != null).toList());
		all.sort(onPath.thenComparing(StartDrawing::took, Comparator.reverseOrder()));
		List<StartedService> rows = new ArrayList<>(all.subList(0, Math.min(MAX_ROWS, all.size())));
		rows.sort(Comparator.comparing(StartDrawing::begin));
		return rows;
	}

	private static long begin(StartedService row) {
		return Objects.requireNonNullElse(row.startedAfter(), 0L);
	}

	private static long took(StartedService row) {
		return Objects.requireNonNullElse(row.took(), 0L);
	}

	private static long end(StartedService row) {
		return begin(row) + took(row);
	}

	/**
	 * Draws a start.
	 * @param start the start
	 * @return an image in SVG
	 */
	public static String of(LastStartDescriptor start) {
		return new StartDrawing(start).draw();
	}

	/**
	 * Says that there was no start.
	 * @return an image in SVG
	 */
	public static String ofNone() {
		return """
				<svg xmlns="http://www.w3.org/2000/svg" width="320" height="40" font-family="system-ui, sans-serif" \
				font-size="14"><text x="12" y="25">The services were not started yet.</text></svg>
				""";
	}

	private String draw() {
		int height = TOP + this.rows.size() * ROW + 12;
		line("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" font-size=\"12\">"
			.formatted(WIDTH, height, WIDTH, height));
		line("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
		line("<text x=\"%d\" y=\"22\" font-size=\"15\" font-weight=\"600\" fill=\"#1d2329\">%s</text>".formatted(LEFT,
				title()));
		legend();
		axis(height);
		int y = TOP;
		for (StartedService row : this.rows) {
			row(row, y);
			y += ROW;
		}
		line("</svg>");
		return this.text.toString();
	}

	private String title() {
		String took = (this.start.took() != null) ? duration(this.start.took()) : "";
		String shown = (this.rows.size() < this.start.services().size())
				? ", %d of %d services".formatted(this.rows.size(), this.start.services().size()) : "";
		return switch (this.start.outcome()) {
			case STARTING -> "The start goes on";
			case RUNNING -> "The last start took " + took;
			case FAILED -> "The last start failed after " + took;
			case CANCELLED -> "The last start was cancelled after " + took;
		} + shown;
	}

	private void legend() {
		int x = WIDTH - 420;
		for (Look look : Look.values()) {
			line("<rect x=\"%d\" y=\"13\" width=\"10\" height=\"10\" rx=\"2\" fill=\"%s\"/><text x=\"%d\" y=\"22\" fill=\"#59636e\">%s</text>"
				.formatted(x, look.color, x + 14, look.label));
			x += 24 + look.label.length() * 6;
		}
	}

	private void axis(int height) {
		double step = step(this.total / TICKS);
		for (double time = 0; time <= this.total; time += step) {
			line("<line x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#d5dae0\"/><text x=\"%1$s\" y=\"%4$d\" fill=\"#59636e\">%5$s</text>"
				.formatted(number(x(time)), TOP - 6, height - 8, TOP - 12, duration(Math.round(time))));
		}
	}

	// A step of 1, 2 or 5 times a power of ten, at least a millisecond.
	private static double step(double least) {
		double power = Math.max(1, Math.pow(10, Math.floor(Math.log10(least))));
		for (int times : new int[] { 1, 2, 5 }) {
			if (times * power >= least) {
				return times * power;
			}
		}
		return 10 * power;
	}

	private void row(StartedService row, int y) {
		Long waited = row.waitedAfter();
		if (waited != null && waited < begin(row)) {
			bar(waited, (double) begin(row), y + 5, 4, Look.WAITED.color);
		}
		Look look = (row.took() == null) ? Look.OPEN
				: row.failed() ? Look.FAILED : this.critical.contains(row.name()) ? Look.CRITICAL : Look.STARTED;
		double end = (row.took() == null) ? this.total : end(row);
		bar(begin(row), end, y, 13, look.color);
		String attempts = (row.attempts() > 1) ? " (" + row.attempts() + " attempts)" : "";
		String took = (row.took() != null) ? duration(row.took()) : "goes on";
		String waitedFor = (row.waitedFor() != null) ? "<title>waited for %s</title>".formatted(escape(row.waitedFor()))
				: "";
		line("<text x=\"%s\" y=\"%d\" fill=\"#1d2329\">%s&#160; %s%s%s</text>".formatted(number(x(end) + 6), y + 11,
				escape(row.name()), took, attempts, waitedFor));
	}

	private void bar(long from, double to, int y, int height, String color) {
		line("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"2\" fill=\"%s\"/>"
			.formatted(number(x((double) from)), y, number(Math.max(2, x(to) - x((double) from))), height, color));
	}

	private double x(double time) {
		return LEFT + Math.min(time, this.total) / this.total * ROOM;
	}

	private void line(String line) {
		this.text.append(line).append('\n');
	}

	private static String number(double number) {
		return String.format(Locale.ROOT, "%.1f", number);
	}

	private static String duration(long millis) {
		return (millis < 1000) ? millis + " ms" : String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
	}

	private static String escape(String name) {
		StringBuilder escaped = new StringBuilder();
		name.codePoints().forEach((character) -> {
			switch (character) {
				case '<' -> escaped.append("&lt;");
				case '>' -> escaped.append("&gt;");
				case '&' -> escaped.append("&amp;");
				default -> escaped.appendCodePoint(Character.isISOControl(character) ? ' ' : character);
			}
		});
		return escaped.toString();
	}

	/**
	 * What a bar looks like.
	 */
	private enum Look {

		WAITED("#d5dae0", "waited"), STARTED("#1e6f30", "started"), CRITICAL("#8a5300", "critical path"),
		FAILED("#b3211c", "failed"), OPEN("#59636e", "goes on");

		private final String color;

		private final String label;

		Look(String color, String label) {
			this.color = color;
			this.label = label;
		}

	}

}
