// SPDX-License-Identifier: Apache-2.0
import { button, byId, html, link, show } from './elements.js';
import { look } from './model.js';
import { attempt, count, duration, holder, names, sentence, since, when } from './words.js';

const OF_LEASES = ['release', 'hold-off'];

const KINDS = { BEAN: 'bean', REGISTRATION: 'registration', ITEM_SERVICE: 'item service', GATE: 'gate', SUB_SERVICE: 'belongs to another service', PARENT_SERVICE: 'of a parent context' };

function section(title, ...content) {
	return content.some(Boolean) ? [html('h3', {}, title), ...content] : [];
}

function facts(pairs) {
	const known = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
	return known.length ? html('dl', {}, ...known.flatMap(([term, value]) => [html('dt', {}, term), html('dd', {}, ...[value].flat())])) : null;
}

function list(items) {
	return items.length ? html('ul', {}, ...items.map((item) => html('li', {}, ...[item].flat()))) : null;
}

function table(head, rows) {
	return rows.length ? html('table', {}, html('thead', {}, html('tr', {}, ...head.map((text) => html('th', { scope: 'col' }, text)))),
		html('tbody', {}, ...rows.map((row) => html('tr', {}, ...row.map((cell) => html('td', {}, ...[cell ?? ''].flat())))))) : null;
}

function edges(all, to) {
	return list(all.map(({ name, kind, origin }) => [to(name), ` (${kind === 'AFTER' ? 'after, ' : ''}${origin})`]));
}

function fold(title, ...content) {
	return content.some(Boolean) ? [html('details', {}, html('summary', {}, title), ...content)] : [];
}

function value({ value, millis }) {
	return (millis !== undefined) ? duration(millis) : Array.isArray(value) ? value.join(', ') || 'none' : value ?? 'no limit';
}

function settings({ declared }) {
	const all = declared?.settings ?? [];
	const row = (each) => [each.key, value(each), each.place ?? 'default'];
	const set = all.filter(({ place }) => place);
	return [
		...section('Settings', table(['Setting', 'Value', 'From'], set.map(row))),
		...fold(`${count(all.length - set.length, 'setting')} left at ${all.length - set.length === 1 ? 'its default' : 'their defaults'}`,
			table(['Setting', 'Value'], all.filter(({ place }) => !place).map((each) => row(each).slice(0, 2))))
	];
}

function refused({ operations, lease, work }) {
	const all = (operations ?? []).filter(({ action, possible, changes }) => (!possible || !changes) && (lease || !OF_LEASES.includes(action)) && (work?.tasks?.length || action !== 'queue'));
	const reasons = new Set(all.map(({ reason }) => reason));
	return (reasons.size === 1 && operations.every(({ possible }) => !possible)) ? [html('p', { class: 'note' }, [...reasons][0])]
		: fold('Not possible now', list(all.map(({ action, reason }) => `${action}: ${reason}`)));
}

/** Who holds the lease by which a service runs. */
function leased(name, lease, now) {
	if (!name) {
		return [];
	}
	const { held, holderSince, heldOffUntil } = lease ?? {};
	const at = (instant) => `${new Date(instant).toLocaleString()}, `;
	return section('Lease', facts([
		['lease', name],
		['held by', held ? 'this instance' : lease && (holder(lease) ?? 'nobody, as far as is known')],
		['held since', holderSince && at(holderSince) + `${since(holderSince, now)} ago`],
		['held off until', heldOffUntil && Date.parse(heldOffUntil) > now && at(heldOffUntil) + when(heldOffUntil, now)]
	]));
}

function work({ work }, now, run) {
	if (!work) {
		return [];
	}
	return [
		...section('Workers', table(['Worker', 'State', 'Next'], (work.workers ?? []).map((worker) => [worker.name,
			worker.failedAttempts ? `${worker.state}, failed ${worker.failedAttempts} times` : worker.state, worker.next && when(worker.next, now)]))),
		...section('Tasks', table(['Task', 'State', 'Next', 'Last run'], (work.tasks ?? []).map((task) => [run ? [task.name, ' ', button('Run', () => run(task.name), { 'data-key': task.name, 'aria-label': `Run ${task.name}` })] : task.name, task.state,
			task.next && when(task.next, now), task.lastRun && `${when(task.lastRun, now)}, ${duration(task.lastMillis ?? 0)}${task.lastFailure ? `, failed: ${task.lastFailure}` : ''}`]))),
		...section('Tickers', table(['Ticker', 'Next', 'Last run'], (work.tickers ?? []).map((ticker) => [ticker.name,
			ticker.next && when(ticker.next, now), ticker.lastRun && when(ticker.lastRun, now)]))),
		...section('Queues', facts([['tasks queued', work.tasksQueued], ['micro-tasks running', work.microTasks?.running], ['micro-tasks waiting', work.microTasks?.mediumWaiting + work.microTasks?.lowWaiting],
			['micro-tasks finished', work.microTasks?.finished], ['micro-tasks failed', work.microTasks?.failed], ['events emitted', work.events?.emitted],
			['events delivered', work.events?.delivered], ['events held', work.events?.held], ['events dropped', work.events?.dropped]].filter(([, number]) => number > 0))),
		...section('Failures of work', list((work.failures ?? []).slice(0, 5).map((failure) => `${when(failure.at, now)}: ${failure.kind} ${failure.name}: ${failure.error}`)))
	];
}

function items({ items }, now) {
	if (!items) {
		return [];
	}
	const { lateness, checkAll } = items;
	return section('Items', facts([
		['waiting', `${items.armed - items.due} for their time, ${items.due === 100 ? '100 or more' : items.due} due`],
		['in hand', items.inHand], ['processed', items.processed], ['not yet', items.notYet || null], ['failed', items.failed || null],
		['tried again', items.retried || null], ['conflicts', items.conflicts || null],
		['late', lateness.maxMillis ? `${duration(lateness.medianMillis)} median, ${duration(lateness.p99Millis)} 99 %, ${duration(lateness.maxMillis)} at most` : null],
		['last search', checkAll.last && `${when(checkAll.last, now)}, ${duration(checkAll.durationMillis ?? 0)}, ${count(checkAll.items, 'item')}`],
		['next search', checkAll.next && when(checkAll.next, now)], ['problem', checkAll.problem]
	]));
}

/**
 * All that is known of one service: with its lease, if it runs by one, the id of its context, if that is a child,
 * and what runs a task of it, if that is possible.
 */
export function showDetails(service, { lease, child, now, run }, actions, close) {
	const offered = service.operations;
	const to = (name) => child ? link(`${child}/${name}`, name) : link(name);
	const panel = byId('details');
	panel.hidden = false;
	show(panel,
		button('Close', close, { class: 'close' }),
		html('h2', {}, child ? `${child}/${service.name}` : service.name),
		html('p', { class: look(service) }, `${service.name}${sentence(service, now, lease)}`),
		...(actions.length ? [html('div', { class: 'operations' }, ...actions)] : []),
		...(offered ? refused(service) : []),
		...section('Waits for', list(service.blockers.map((blocker) => [to(blocker.name), ` ${blocker.state}${blocker.reason ? `: ${blocker.reason}` : ''}${blocker.attempt ? ` (${attempt(blocker.attempt)})` : ''}`]))),
		...leased(service.lease, lease, now),
		...section('Facts', facts([
			['state', `${service.state}, since ${new Date(service.since).toLocaleString()}`],
			['child context', child],
			['kind', KINDS[service.kind] ?? service.kind],
			['declared by', service.declared?.source],
			['provides', service.declared?.provides],
			['wanted', service.activation],
			['required', service.required ? 'yes' : 'no'],
			['ready, healthy', `${service.ready ? 'yes' : 'no'}, ${service.healthy ? 'yes' : 'no'}`],
			['last start', service.timings.start && `${duration(service.timings.startMillis)}, ${attempt(service.attempt)}`],
			['last stop', service.timings.stop && duration(service.timings.stopMillis)],
			['stopped because', service.stopReason],
			['last failure', (service.state === 'STANDBY') && service.failure],
			['hung', service.hanging && count(service.hanging, 'time')],
			['needed by', names(service.neededBy?.filter((name) => name !== service.name) ?? [])]
		])),
		...section('Conditions', list((service.reports?.conditions ?? []).map((condition) => `${condition.severity} ${condition.title}: ${condition.message}`))),
		...section('Errors', list((service.reports?.errors ?? []).slice(-5).map((error) => `${error.at ? `${when(error.at, now)}: ` : ''}${error.error ?? ''}`))),
		...work(service, now, run),
		...items(service, now),
		...section('Depends on', edges(service.dependencies, to)),
		...section('Dependents', edges(service.dependents, to)),
		...settings(service),
		...section('Last transitions', list((service.transitions ?? []).slice(-10).reverse().map((transition) =>
			`${new Date(transition.at).toLocaleTimeString()} ${transition.from} → ${transition.to}${transition.reason ? `, ${transition.reason}` : ''}${transition.failure ? `: ${transition.failure}` : ''}`))));
}

export function hideDetails() {
	const panel = byId('details');
	panel.hidden = true;
	panel.replaceChildren();
}
