// SPDX-License-Identifier: Apache-2.0
// A view of Spring Boot Admin: the services of an instance, problems first.
(function () {
	const { h, resolveComponent } = window.Vue;

	const INTERVAL = 5000;

	const HIDDEN = '******';

	const UNDER_WAY = ['PREPARING', 'WAITING', 'STARTING', 'STOPPING'];

	/** What a service looks like: bad, busy, good, standby or off, also in a state that this view does not know. */
	function look(service) {
		if (service.state === 'FAILED' || service.state === 'BACKOFF' || service.healthy === false) {
			return 'bad';
		}
		if (service.state === 'RUNNING') {
			return (service.ready === false) ? 'busy' : 'good';
		}
		return UNDER_WAY.includes(service.state) ? 'busy' : service.state === 'STANDBY' ? 'standby' : 'off';
	}

	const RANK = { bad: 0, busy: 1, good: 2, standby: 3, off: 4 };

	function duration(millis) {
		return (millis < 1000) ? `${millis} ms` : `${(millis / 1000).toFixed(1)} s`;
	}

	/** Why a service is as it is, as the starter says it: not because of an old failure. */
	function reasons({ state, healthy, activation, stopReason, problem, status, lease, waitsFor }) {
		if (state !== 'FAILED' && activation === 'DISABLED') {
			return ['disabled'];
		}
		if (state !== 'FAILED' && stopReason === 'OPERATOR') {
			return ['stopped by the operator'];
		}
		if (state === 'STOPPED' && stopReason === 'COMPLETED') {
			return ['has ended by itself'];
		}
		if (state === 'STANDBY' && healthy !== false) {
			// Who holds the lease may be hidden.
			return [(status && status !== HIDDEN) ? status : (lease && !waitsFor) ? `waits for lease '${lease}'` : null];
		}
		return [problem, status];
	}

	function detail(service) {
		const { state, waitsFor, rootCause, attempt, startMillis, required } = service;
		const parts = [];
		if (waitsFor) {
			parts.push(rootCause === waitsFor ? `waits for ${waitsFor}` : `waits for ${waitsFor}, because of ${rootCause}`);
		}
		if (attempt && state !== 'RUNNING') {
			parts.push(attempt.total ? `attempt ${attempt.number} of ${attempt.total}` : `attempt ${attempt.number}`);
		}
		if (attempt && attempt.next) {
			parts.push(`next attempt at ${new Date(attempt.next).toLocaleTimeString()}`);
		}
		parts.push(...reasons(service).filter(Boolean));
		if (state === 'RUNNING' && startMillis !== undefined) {
			parts.push(`started in ${duration(startMillis)}`);
		}
		if (required === false) {
			parts.push('optional');
		}
		return parts.join(' · ');
	}

	const View = {
		props: { instance: { type: Object, required: true } },
		data: () => ({ services: null, states: {}, revision: null, failure: null, timer: 0 }),
		created() {
			this.follow();
		},
		beforeUnmount() {
			clearTimeout(this.timer);
			this.timer = null;
		},
		methods: {
			async follow() {
				try {
					const since = this.revision ? `&since=${encodeURIComponent(this.revision)}` : '';
					const { data } = await this.instance.axios.get(`actuator/managedservices?view=summary${since}`,
						{ headers: { Accept: 'application/json' } });
					const known = new Map(data.since ? Object.entries(this.services) : []);
					(data.gone ?? []).forEach((name) => known.delete(name));
					Object.entries(data.services).forEach(([name, service]) => known.set(name, service));
					this.services = Object.fromEntries(known);
					this.states = data.states;
					this.revision = data.revision;
					this.failure = null;
				}
				catch (failure) {
					this.failure = failure;
				}
				if (this.timer !== null) {
					this.timer = setTimeout(() => this.follow(), INTERVAL);
				}
			},
			sorted() {
				return Object.entries(this.services).sort(([a, one], [b, other]) => RANK[look(one)] - RANK[look(other)] || a.localeCompare(b));
			}
		},
		render() {
			if (this.failure && !this.services) {
				return h('div', { class: 'managed-services' }, h(resolveComponent('sba-alert'), { error: this.failure, title: 'The services could not be read' }));
			}
			if (!this.services) {
				return h('div', { class: 'managed-services' }, 'Loading …');
			}
			const link = this.instance.hasEndpoint('managedservicesui')
				? h('a', { href: `${this.instance.registration.managementUrl}/managedservicesui`, target: '_blank', rel: 'noreferrer' }, 'Open the page') : null;
			return h('div', { class: 'managed-services' }, h(resolveComponent('sba-panel'), { title: 'Managed services' }, {
				default: () => [
					h('p', { class: 'managed-services-states' }, [
						...Object.entries(this.states).map(([state, count]) => h('span', { class: `managed-services-state ${look({ state })}` }, `${count} ${state}`)), link]),
					h('table', {}, [
						h('thead', {}, h('tr', {}, ['Service', 'State', 'Since', ''].map((text) => h('th', { scope: 'col' }, text)))),
						h('tbody', {}, this.sorted().map(([name, service]) => h('tr', { key: name }, [
							h('td', { class: 'managed-services-name' }, name),
							h('td', {}, h('span', { class: `managed-services-state ${look(service)}` }, service.state)),
							h('td', { class: 'managed-services-since' }, new Date(service.since).toLocaleString()),
							h('td', {}, detail(service))])))])]
			}));
		}
	};

	window.SBA.use({
		install({ viewRegistry }) {
			viewRegistry.addView({
				name: 'instances/managedservices',
				parent: 'instances',
				path: 'managedservices',
				label: 'Managed services',
				group: 'insights',
				order: 100,
				component: View,
				isEnabled: ({ instance }) => instance.hasEndpoint('managedservices')
			});
		}
	});
})();
