// SPDX-License-Identifier: Apache-2.0
import { byId, html, show, svg, zoom } from './elements.js';
import { duration } from './words.js';

const ROW = 18;
const LEFT = 6;
const MOST_ROWS = 60;

/** Whether a start has begun and not ended. */
function isOpen(service) {
	return service.startedAfter !== undefined && service.took === undefined;
}

/** Steps that people count in: of seconds up to a minute, of minutes up to an hour, of hours. */
const STEPS = [1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000];

function round(step) {
	const power = 10 ** Math.floor(Math.log10(step));
	return (step <= 1000) ? power * [1, 2, 5, 10].find((times) => times * power >= step)
		: STEPS.find((each) => each >= step) ?? Math.ceil(step / 3_600_000) * 3_600_000;
}

/** The last start: when each service waited, and when it was started. */
export class Timeline {

	constructor() {
		this.shown = '';
	}

	show(last, now, wide) {
		const section = byId('timeline');
		section.hidden = !last?.services?.some((service) => service.startedAfter !== undefined);
		const key = section.hidden ? '' : JSON.stringify([last, wide, last.services.some((service) => isOpen(service)) && now]);
		if (section.hidden || key === this.shown) {
			return;
		}
		this.shown = key;
		const elapsed = Math.max(0, now - Date.parse(last.began));
		const start = { ...last, took: last.took ?? elapsed,
			services: last.services.map((service) => isOpen(service) ? { ...service, open: true, took: Math.max(0, elapsed - service.startedAfter) } : service) };
		const critical = new Set(start.criticalPath);
		const all = [...start.services].filter((service) => service.startedAfter !== undefined).sort((a, b) => a.startedAfter - b.startedAfter);
		const rows = (all.length <= MOST_ROWS) ? all
			: all.filter(({ name }) => critical.has(name)).concat(all.filter(({ name }) => !critical.has(name)).sort((a, b) => b.took - a.took)).slice(0, MOST_ROWS)
				.sort((a, b) => a.startedAfter - b.startedAfter);
		// What comes up after the start has ended would leave no room for the start.
		const total = Math.max(10, start.took, ...(last.took === undefined ? rows.map((row) => row.startedAfter + row.took) : []));
		show(section, html('h2', {}, this.title(start)),
			...(start.criticalPath.length ? [html('p', {}, `Critical path: ${start.criticalPath.join(' → ')}`)] : []),
			this.draw(rows, total, critical, Math.max(320, wide / zoom() - 40)),
			...(rows.length < all.length ? [html('p', { class: 'note' }, `The critical path and the slowest of ${all.length} services.`)] : []));
	}

	title(start) {
		const outcome = { RUNNING: 'took', FAILED: 'failed after', STARTING: 'has been going on for' }[start.outcome] ?? 'ended after';
		return `The last start ${outcome} ${duration(start.took)}`;
	}

	draw(rows, total, critical, wide) {
		const label = (row) => `${row.name}  ${duration(row.took)}${row.attempts > 1 ? ` (${row.attempts} attempts)` : ''}${row.waitedFor ? `, waited for ${row.waitedFor}` : ''}`;
		const room = Math.max(wide * 0.4, wide - 30 - 6.8 * Math.max(20, ...rows.map((row) => label(row).length)));
		const at = (time) => LEFT + Math.min(time, total) / total * room;
		const high = rows.length * ROW + 24;
		const drawing = svg('svg', { width: wide * zoom(), height: high * zoom(), viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': 'When each service was started' });
		const step = Math.max(1, round(total / 5));
		for (let tick = 0; tick * step <= total; tick++) {
			const x = at(tick * step);
			drawing.append(svg('line', { class: 'grid', x1: x, x2: x, y1: 18, y2: rows.length * ROW + 22 }),
				svg('text', { class: 'axis', x, y: 12 }, duration(tick * step)));
		}
		rows.forEach((row, index) => {
			const y = 22 + index * ROW;
			const kind = row.open ? 'open' : row.failed ? 'failed' : critical.has(row.name) ? 'critical' : 'run';
			if (row.waitedAfter !== undefined && row.waitedAfter < row.startedAfter) {
				drawing.append(svg('rect', { class: 'wait', x: at(row.waitedAfter), y: y + 5, width: at(row.startedAfter) - at(row.waitedAfter), height: 4 }));
			}
			drawing.append(svg('rect', { class: kind, x: at(row.startedAfter), y, width: Math.max(2, at(row.startedAfter + row.took) - at(row.startedAfter)), height: 13, rx: 2 }),
				svg('text', { x: at(row.startedAfter + row.took) + 6, y: y + 11 }, label(row)));
		});
		return drawing;
	}

}
