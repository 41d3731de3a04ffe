// SPDX-License-Identifier: Apache-2.0
import { hideDetails, showDetails } from './details.js';
import { button, byId, html, link, path, show } from './elements.js';
import { Graph } from './graph.js';
import { showHistory } from './history.js';
import { Model, Store, look } from './model.js';
import { Operations } from './operations.js';
import { Timeline } from './timeline.js';
import { count, names, sentence } from './words.js';

const INTERVAL = 2000;
const MOST_LISTED = 300;
const MOST_ROOTS = 8;

const { services } = document.documentElement.dataset;
const graph = new Graph((name) => (location.hash = `#/${encodeURIComponent(name)}`));
const timeline = new Timeline();
const operations = new Operations(services, (plan) => {
	planned = plan;
	render();
});

const store = new Store();
let model = null;
let history = null;
let historyOf = null;
let detail = null;
let detailOf = null;
let state = null;
let planned = null;
let offset = 0;
let timer = 0;

function picked() {
	try {
		const name = decodeURIComponent(location.hash.replace(/^#\/?/, ''));
		return name && (model?.get(name) || model?.ofChild(name)) ? name : null;
	}
	catch {
		return null;
	}
}

function now() {
	return Date.now() + offset;
}

async function load(url) {
	const response = await fetch(url, { headers: { Accept: 'application/json' } });
	if (response.status === 404 && url.startsWith(`${services}?view=`)) {
		throw new Error("the endpoint 'managedservices' is not exposed. Add it to management.endpoints.web.exposure.include");
	}
	if (!response.ok) {
		throw new Error(`the server answered ${response.status}`);
	}
	return response.json();
}

/** Asks for what has changed since the last answer. */
async function update() {
	const answer = await load(`${services}?view=summary${store.revision ? `&since=${encodeURIComponent(store.revision)}` : ''}`);
	offset = Date.parse(answer.time) - Date.now();
	if (store.take(answer) || !model) {
		model = new Model(store);
	}
	model.answer = answer;
	if (historyOf !== answer.history) {
		history = await load(`${services}?view=history`);
		historyOf = answer.history;
	}
}

/** When the answer was there, and when it was first to be seen: for whoever measures it. */
function firstPaint() {
	performance.mark('services-answer');
	requestAnimationFrame(() => setTimeout(() => performance.measure('services-first-paint', 'services-answer')));
}

async function follow() {
	clearTimeout(timer);
	try {
		const first = !model;
		await update();
		if (first) {
			firstPaint();
		}
		const name = picked();
		// What is known of all is shown even if this one cannot be had.
		detail = name ? await load(`${services}/${path(name)}`).catch(() => (detailOf === name) ? detail : null) : null;
		detailOf = name;
		const begin = performance.now();
		render();
		performance.clearMeasures('services-render');
		performance.measure('services-render', { start: begin });
		byId('updated').className = '';
		byId('updated').textContent = `Updated ${new Date().toLocaleTimeString()}`;
	}
	catch (failure) {
		byId('updated').className = 'lost';
		byId('updated').textContent = `No answer: ${failure.message}`;
	}
	if (!document.hidden) {
		timer = setTimeout(follow, INTERVAL);
	}
}

function render() {
	if (!model) {
		return;
	}
	const name = picked();
	document.title = `${isWell() && !model.childProblems.length ? '' : '⚠ '}Services`;
	showCounts();
	showHeadline();
	showList(name);
	graph.show(model, name, planned);
	timeline.show(history?.lastStart, now(), byId('timeline').parentElement.clientWidth);
	showHistory(history);
	if (name && detail && detailOf === name) {
		const child = model.ofChild(name)?.id;
		const lease = child ? undefined : model.leaseOf(detail);
		const heldOff = Date.parse(lease?.heldOffUntil) > now();
		showDetails(detail, { lease, child, now: now(), run: child ? null : operations.run(detail) },
			child ? [] : operations.buttons({ ...detail, heldOff }), () => (location.hash = '#/'));
	}
	else if (!name || detailOf === name) {
		hideDetails();
	}
	graph.fit();
}

function tone(which) {
	return look({ state: which, healthy: true, ready: true });
}

function showCounts() {
	show(byId('counts'), ...Object.entries(model.answer.states).map(([which, number]) => button(`${number} ${which}`, () => {
		state = (state === which) ? null : which;
		render();
	}, { class: tone(which), 'data-key': which, 'aria-pressed': String(state === which) })));
}

function isWell() {
	return model.answer.ready && model.answer.healthy;
}

/** In what state all is, where no service is to be named. */
function stateOfAll() {
	if (!isWell()) {
		return html('p', { class: 'bad' }, `The application is not ${model.answer.ready ? 'healthy' : 'ready'}.`);
	}
	if (!model.names.length) {
		return html('p', {}, 'This application has no services.');
	}
	const at = (...states) => model.names.filter((name) => states.includes(model.get(name).state)).length;
	const running = at('RUNNING');
	const standby = at('STANDBY');
	const off = model.names.length - running - standby;
	return html('p', { class: 'good' }, `All is well: ${count(running, 'service')} running${standby ? `, ${standby} on standby` : ''}${off ? `, ${off} not wanted` : ''}.`);
}

function problem([address, service]) {
	const victims = (model.get(address) === service) ? model.victims.get(address)?.length ?? 0 : 0;
	const tone = (look(service) === 'standby') ? 'busy' : look(service);
	return html('li', { class: tone }, html('span', { class: `dot ${tone}` }), link(address), sentence(service, now(), model.leaseOf(service)),
		victims ? ` ${count(victims, 'service')} ${victims === 1 ? 'waits' : 'wait'} for it.` : '');
}

function showHeadline() {
	const problems = [...model.roots.map((name) => [name, model.get(name)]), ...model.childProblems];
	const more = problems.length - MOST_ROOTS;
	const content = problems.length ? html('ul', {}, ...problems.slice(0, MOST_ROOTS).map(problem), more > 0 && html('li', { class: 'note' }, `And ${more} more.`))
		: stateOfAll();
	show(byId('headline'), content);
	// Is read out: without times, which change all the time.
	const said = problems.length ? `${count(problems.length, 'service')} to look at: ${names(problems.map(([address]) => address), MOST_ROOTS)}` : byId('headline').textContent;
	if (byId('announced').textContent !== said) {
		byId('announced').textContent = said;
	}
}

function entries(all, shown, name, to) {
	return [...all.slice(0, MOST_LISTED).map((other) => {
		const service = shown(other);
		const entry = link(to(other), html('span', { class: `dot ${look(service)}` }), html('span', { class: 'name' }, other), html('span', { class: `state ${look(service)}` }, service.state));
		if (to(other) === name) {
			entry.setAttribute('aria-current', 'true');
		}
		return html('li', {}, entry);
	}), ...(all.length > MOST_LISTED ? [html('li', { class: 'note' }, `${all.length - MOST_LISTED} more: search to find them.`)] : []),
	...(all.length ? [] : [html('li', { class: 'note' }, 'No service matches.')])];
}

/** The services of child contexts, each context by its id. */
function groups(text, name) {
	return [...model.children.keys()].flatMap((id) => [html('h2', { class: 'child' }, id), html('ul', { 'aria-label': `Services of ${id}` },
		...entries(model.listedOfChild(id, text, state), (other) => model.children.get(id).get(other), name, (other) => `${id}/${other}`))]);
}

function showList(name) {
	const list = byId('list');
	const key = JSON.stringify([store.revision, byId('search').value, state, name]);
	if (list.dataset.shown === key) {
		return;
	}
	list.dataset.shown = key;
	const nav = list.parentElement;
	const focused = nav.contains(document.activeElement) ? document.activeElement.hash : null;
	const text = byId('search').value;
	list.replaceChildren(...entries(model.listed(text, state), (other) => model.get(other), name, (other) => other));
	byId('children').replaceChildren(...groups(text, name));
	[...nav.querySelectorAll('a')].find((entry) => entry.hash === focused)?.focus({ preventScroll: true });
}

function move(step) {
	const all = [...byId('list').parentElement.querySelectorAll('a')];
	const active = all.indexOf(document.activeElement);
	const at = (active < 0) ? all.findIndex((entry) => entry.hasAttribute('aria-current')) : active;
	all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
}

document.addEventListener('keydown', (event) => {
	const typing = event.target === byId('search');
	if (event.ctrlKey || event.metaKey || event.altKey || byId('plan').open) {
		return;
	}
	if (event.key === '/' && !typing) {
		event.preventDefault();
		byId('search').focus();
	}
	else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && (typing || byId('list').parentElement.contains(event.target) || event.target === document.body)) {
		event.preventDefault();
		move(event.key === 'ArrowDown' ? 1 : -1);
	}
	else if (event.key === 'Escape') {
		byId('search').value = '';
		location.hash = '#/';
		render();
	}
});
byId('search').addEventListener('input', render);
addEventListener('hashchange', () => {
	detail = null;
	render();
	follow();
});
addEventListener('resize', render);
document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : follow());
follow();
