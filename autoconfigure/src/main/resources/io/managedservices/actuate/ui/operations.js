// SPDX-License-Identifier: Apache-2.0
import { button, byId, html, path, show } from './elements.js';
import { names } from './words.js';

const STEP = 500;

/** How often in a row the application may not answer while an operation is followed. */
const MOST_LOST = 10;

/** It needs the name of a task, and is offered beside each. */
const QUEUE = 'queue';

const NAMES = { 'on-demand': 'On demand', 'clear-errors': 'Clear errors', 'hold-off': 'Hold off' };

/** What is wanted most comes first. What this page does not know comes last. */
const ORDER = ['start', 'retry', 'restart', 'stop', 'enable', 'disable', 'on-demand', 'wake', 'sleep', 'release', 'hold-off', 'clear-errors', 'fail'];

/** For how long to hold off. */
const TIMES = { '1 minute': '1m', '10 minutes': '10m', '1 hour': '60m' };

function label(action) {
	return NAMES[action] ?? action.charAt(0).toUpperCase() + action.slice(1).replaceAll('-', ' ');
}

function rank(action) {
	const index = ORDER.indexOf(action);
	return (index < 0) ? ORDER.length : index;
}

/** What a plan does to each service. */
function changes(name, plan) {
	const changed = new Map([[name, 'none']]);
	for (const [what, list] of [['anyway', plan.startingAnyway], ['start', plan.starting], ['stop', plan.stopping], ['restart', plan.restarting]]) {
		(list ?? []).forEach((other) => changed.set(other, what));
	}
	return changed;
}

function sentences(plan) {
	const told = [['Restarts', plan.restarting], ['Stops, in this order', plan.stopping], ['Starts', plan.starting], ['Would start anyway, later perhaps', plan.startingAnyway]]
		.filter(([, list]) => list?.length).map(([what, list]) => `${what}: ${names(list)}.`);
	return told.length ? told : ['No service is stopped or started.'];
}

/** Does something to a service, after its plan was shown. */
export class Operations {

	constructor(services, showPlan) {
		this.services = services;
		this.showPlan = showPlan;
		this.dialog = byId('plan');
		/** What was asked for in an earlier turn is not told any more. */
		this.turn = 0;
		this.dialog.addEventListener('close', () => {
			this.turn++;
			this.showPlan(null);
		});
	}

	buttons(service) {
		return (service.operations ?? []).filter(({ action, possible, changes }) => possible && changes && action !== QUEUE).map(({ action }) => action)
			.sort((a, b) => rank(a) - rank(b)).map((action) => button(label(action),
				() => (action === 'hold-off') ? this.askHowLong(service) : this.plan(action, service.name, service.lease)));
	}

	askHowLong({ name, lease, heldOff }) {
		const choose = (text, time) => button(text, () => this.perform('hold-off', name, { for: time }));
		this.ask(`Hold off ${name}?`, [`For how long is this instance not to try to get lease '${lease}'? If it holds the lease, it keeps it.`],
			...(heldOff ? [choose('No longer', '0s')] : []),
			...Object.entries(TIMES).map(([text, time]) => choose(text, time)));
	}

	/** What runs a task of a service, if that is possible. */
	run({ name, operations }) {
		const possible = (operations ?? []).some((each) => each.action === QUEUE && each.possible);
		return possible ? (task) => this.ask(`Run ${task} of ${name}?`, ['The task is queued, and runs as soon as there is a slot for it.'],
			button('Run', () => this.perform(QUEUE, name, { task }))) : null;
	}

	async plan(action, name, lease) {
		const turn = ++this.turn;
		const answer = await this.post(name, { action, dryRun: true });
		if (turn !== this.turn) {
			return;
		}
		if (answer.problem) {
			this.say(`${label(action)} ${name}`, answer.problem);
			return;
		}
		this.showPlan(changes(name, answer));
		const given = (action === 'release') ? [`Lease '${lease}' is given back, for another instance to take.`] : [];
		this.ask(`${label(action)} ${name}?`, [...sentences(answer), ...given],
			button(label(action), () => this.perform(action, name)));
	}

	async perform(action, name, more = {}) {
		const turn = ++this.turn;
		const title = `${label(action)} ${more.task ? `${more.task} of ` : ''}${name}`;
		// Twice would be done twice. The first is to cancel.
		[...this.dialog.querySelectorAll('button')].slice(1).forEach((choice) => (choice.disabled = true));
		let operation = await this.post(name, { action, ...more });
		let lost = 0;
		while (turn === this.turn && operation.status === 'PENDING') {
			this.say(title, 'Under way …');
			await new Promise((resolve) => setTimeout(resolve, STEP));
			const answer = await this.request(`${this.services}?operation=${operation.operation}`);
			lost = answer.lost ? lost + 1 : 0;
			operation = (lost && lost < MOST_LOST) ? operation : answer;
		}
		if (turn === this.turn) {
			this.say(title, operation.problem ?? { SUCCEEDED: 'Done.' }[operation.status] ?? `${operation.status}: ${operation.message ?? ''}`);
		}
	}

	post(name, body) {
		const token = /(?:^|; )XSRF-TOKEN=([^;]+)/.exec(document.cookie)?.[1];
		return this.request(`${this.services}/${path(name)}`, {
			method: 'POST', body: JSON.stringify(body),
			headers: { 'Content-Type': 'application/json', ...(token ? { 'X-XSRF-TOKEN': decodeURIComponent(token) } : {}) }
		});
	}

	async request(url, options = {}) {
		try {
			const response = await fetch(url, { ...options, headers: { Accept: 'application/json', ...options.headers } });
			const body = await response.json().catch(() => ({}));
			return response.ok ? body : { problem: body.error ?? `The server answered ${response.status}.` };
		}
		catch (failure) {
			return { lost: true, problem: `The application does not answer: ${failure.message}` };
		}
	}

	ask(title, paragraphs, ...choices) {
		this.turn++;
		this.show(title, paragraphs, button('Cancel', () => this.dialog.close()), ...choices);
	}

	say(title, text) {
		this.show(title, [text], button('Close', () => this.dialog.close()));
	}

	show(title, paragraphs, ...buttons) {
		show(this.dialog, html('h2', { id: 'plan-title' }, title), ...paragraphs.map((text) => html('p', {}, text)),
			html('div', { class: 'buttons' }, ...buttons));
		if (!this.dialog.open) {
			this.dialog.showModal();
		}
		this.dialog.querySelector('button').focus();
	}

}
