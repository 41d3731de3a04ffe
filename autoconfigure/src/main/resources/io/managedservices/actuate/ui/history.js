// SPDX-License-Identifier: Apache-2.0
import { byId, html, link } from './elements.js';
import { count, duration, names } from './words.js';

const MOST = 20;

function outcome({ took, affected, down, root }) {
	if (took === undefined) {
		return ' It goes on.';
	}
	const others = affected.filter((name) => name !== root);
	const taken = others.length ? ` It took down ${names(others, 6)}.` : '';
	return down.length ? `${taken} After ${duration(took)}, ${names(down, 6)} did not come up again.` : `${taken} All were up again after ${duration(took)}.`;
}

function episode(each) {
	const state = (each.took === undefined || each.down.length) ? 'bad' : 'good';
	return html('li', {}, html('span', { class: `dot ${state}` }), html('time', { datetime: each.began }, new Date(each.began).toLocaleTimeString()), ' ',
		link(each.root), ` failed: ${each.cause}${/[.!?…]$/.test(each.cause) ? '' : '.'}${outcome(each)}`);
}

function lastStop(stop) {
	if (!stop) {
		return [];
	}
	const slowest = [...stop.services].sort((a, b) => (b.took ?? 0) - (a.took ?? 0)).slice(0, 5).filter(({ took }) => took !== undefined);
	const took = (stop.took === undefined) ? 'goes on' : `took ${duration(stop.took)}`;
	return [html('h2', {}, `The last stop ${took}`),
		html('p', {}, `${new Date(stop.began).toLocaleString()}, ${count(stop.services.length, 'service')}.`,
			slowest.length ? ` Slowest: ${slowest.map((each) => `${each.name} ${duration(each.took)}`).join(', ')}.` : '',
			stop.abandoned.length ? ` Not stopped in time: ${names(stop.abandoned)}.` : '')];
}

/** Episodes of the last hour, and the last stop. */
export function showHistory(history) {
	const section = byId('history');
	const episodes = history?.episodes ?? [];
	const key = JSON.stringify([episodes, history?.lastStop]);
	section.hidden = !episodes.length && !history?.lastStop;
	if (section.dataset.shown === key) {
		return;
	}
	section.dataset.shown = key;
	section.replaceChildren(
		...(episodes.length ? [html('h2', {}, 'Failures of the last hour'), html('ul', {}, ...episodes.slice(0, MOST).map(episode)),
			...(episodes.length > MOST ? [html('p', { class: 'note' }, `And ${episodes.length - MOST} earlier ones.`)] : [])] : []),
		...lastStop(history?.lastStop));
}
