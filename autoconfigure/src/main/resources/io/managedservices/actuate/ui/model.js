// SPDX-License-Identifier: Apache-2.0

const UNDER_WAY = new Set(['PREPARING', 'WAITING', 'STARTING', 'STOPPING']);

/** States in which a service that is needed is missed. Others, also those that this page does not know, are at rest. */
const DOWN = new Set(['NEW', 'STOPPED']);

function push(map, key, value) {
	map.has(key) ? map.get(key).push(value) : map.set(key, [value]);
}

/** What a service looks like: good, bad, busy, standby or off. */
export function look(service) {
	if (service.state === 'FAILED' || service.state === 'BACKOFF' || !service.healthy) {
		return 'bad';
	}
	if (service.state === 'RUNNING') {
		return service.ready ? 'good' : 'busy';
	}
	return UNDER_WAY.has(service.state) ? 'busy' : service.state === 'STANDBY' ? 'standby' : 'off';
}

/** Problems first, then what is under way. */
const RANK = { bad: 0, busy: 1, good: 2, standby: 3, off: 4 };

function listed(services, text, state) {
	const wanted = text.trim().toLowerCase();
	return services.filter((service) => (!wanted || service.name.toLowerCase().includes(wanted)) && (!state || service.state === state))
		.sort((a, b) => RANK[look(a)] - RANK[look(b)] || a.name.localeCompare(b.name)).map(({ name }) => name);
}

/** What is known of the services: the first answer, and what has changed since. */
export class Store {

	constructor() {
		this.revision = null;
		this.services = new Map();
		this.leases = new Map();
		this.children = new Map();
	}

	/** Takes an answer in, and tells whether anything is different. */
	take(answer) {
		const changed = !answer.since || Object.keys(answer.services).length > 0 || (answer.gone ?? []).length > 0 || answer.leases || answer.children
			|| this.answer?.history !== answer.history || this.answer?.ready !== answer.ready || this.answer?.healthy !== answer.healthy
			|| JSON.stringify(this.answer?.notReady) !== JSON.stringify(answer.notReady);
		if (!answer.since) {
			this.services.clear();
			this.leases.clear();
			this.children.clear();
		}
		if (answer.leases) {
			this.leases = new Map(Object.entries(answer.leases));
		}
		if (answer.children) {
			this.children = new Map(Object.entries(answer.children).map(([id, services]) => [id,
				new Map(Object.entries(services).map(([name, service]) => [name, complete(name, service)]))]));
		}
		for (const name of answer.gone ?? []) {
			this.services.delete(name);
		}
		for (const [name, service] of Object.entries(answer.services)) {
			this.services.set(name, complete(name, service));
		}
		this.answer = answer;
		this.revision = answer.revision;
		return changed;
	}

}

/** What goes without saying is left out of the answer. */
function complete(name, service) {
	const edges = (names, kind) => (names ?? []).map((other) => ({ name: other, kind }));
	return { ...service, name, required: service.required !== false, healthy: service.healthy !== false,
		ready: service.state === 'RUNNING' && service.ready !== false, activation: service.activation ?? 'ENABLED',
		dependencies: [...edges(service.dependsOn, 'REQUIRED'), ...edges(service.after, 'AFTER')] };
}

/** The services as the page needs them: what is wrong, because of what, and what is drawn. */
export class Model {

	constructor(store) {
		this.answer = store.answer;
		this.services = store.services;
		this.leases = store.leases;
		this.children = store.children;
		this.names = [...this.services.keys()];
		const path = this.answer.lastStart?.criticalPath ?? [];
		this.critical = new Set(path);
		this.criticalAfter = new Map(path.slice(1).map((name, index) => [path[index], name]));
		this.dependents = new Map();
		this.victims = new Map();
		for (const name of this.names) {
			for (const { name: dependency } of this.services.get(name).dependencies) {
				push(this.dependents, dependency, name);
			}
			const root = this.rootOf(name);
			if (root !== name && this.services.has(root)) {
				push(this.victims, root, name);
			}
		}
		/** What is wrong in child contexts, each with its address. */
		this.childProblems = [...this.children].flatMap(([id, services]) => [...services.values()].filter((service) => look(service) === 'bad')
			.map((service) => [`${id}/${service.name}`, service]));
		this.roots = this.names.filter((name) => this.isRoot(name)).sort((a, b) => this.weight(b) - this.weight(a));
	}

	get(name) {
		return this.services.get(name);
	}

	/** The lease by which a service runs. */
	leaseOf(service) {
		return this.leases.get(service.lease);
	}

	/** A service of a child context, by the id of that, a slash and its name. Its own services come first. */
	ofChild(path) {
		if (this.get(path)) {
			return null;
		}
		for (const [id, services] of this.children) {
			const name = path.startsWith(`${id}/`) ? path.slice(id.length + 1) : null;
			if (name !== null && services.has(name)) {
				return { id, name };
			}
		}
		return null;
	}

	/** The service at the end of what another one waits for. */
	rootOf(name) {
		const service = this.services.get(name);
		return (service.state === 'RUNNING') ? name : service.rootCause ?? name;
	}

	/** Whether the reader has to know of it: it is wrong by itself, or keeps others down. */
	isRoot(name) {
		const service = this.services.get(name);
		const shown = look(service);
		if (shown === 'bad') {
			return this.rootOf(name) === name || !service.healthy;
		}
		if (this.rootOf(name) !== name) {
			return false;
		}
		if (shown === 'standby') {
			return (this.answer.notReady ?? []).includes(name);
		}
		return shown === 'busy' || (shown === 'off' && DOWN.has(service.state) && (this.victims.has(name) || this.isMissed(service)));
	}

	/** Whether it is down although the application needs it. */
	isMissed(service) {
		return service.required && service.activation === 'ENABLED' && !['COMPLETED', 'RESTART'].includes(service.stopReason)
			&& DOWN.has(service.state);
	}

	weight(name) {
		const service = this.services.get(name);
		const shown = { bad: 2, busy: 1, off: 1 }[look(service)] ?? 0;
		return shown * 1_000_000 + (service.required ? 500_000 : 0) + (this.victims.get(name)?.length ?? 0);
	}

	/** The list: what is wrong first, then what is under way, then the others by name. */
	listed(text, state) {
		return listed([...this.services.values()], text, state);
	}

	/** The same of a child context. */
	listedOfChild(id, text, state) {
		return listed([...this.children.get(id).values()], text, state);
	}

	neighbours(name) {
		const service = this.services.get(name);
		return [...service.dependencies.map((edge) => edge.name), ...(this.dependents.get(name) ?? [])].filter((other) => this.get(other));
	}

	/** What is drawn: everything if it can be read, else what matters. */
	drawn(picked, planned) {
		if (this.names.length <= 40) {
			return new Set(this.names);
		}
		const drawn = new Set();
		const add = (name) => drawn.size < 45 && this.get(name) && drawn.add(name);
		[...(planned?.keys() ?? [])].slice(0, 40).forEach(add);
		if (picked && this.get(picked)) {
			add(picked);
			this.neighbours(picked).slice(0, 30).forEach(add);
		}
		for (const root of this.roots.slice(0, 8)) {
			add(root);
			this.neighbours(root).slice(0, 6).forEach(add);
		}
		this.critical.forEach(add);
		if (!drawn.size) {
			[...this.names].sort((a, b) => (this.dependents.get(b)?.length ?? 0) - (this.dependents.get(a)?.length ?? 0)).slice(0, 20).forEach(add);
		}
		return drawn;
	}

}
