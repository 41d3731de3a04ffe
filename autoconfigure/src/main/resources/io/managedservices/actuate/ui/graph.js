// SPDX-License-Identifier: Apache-2.0
import { byId, svg, zoom } from './elements.js';
import { look } from './model.js';
import { count, duration } from './words.js';

const PLANS = { stop: 'WILL STOP', restart: 'WILL RESTART', start: 'WILL START', anyway: 'STARTS ANYWAY' };

const HEIGHT = 42;
const MOST = 34;

/** How wide the second line of a box may be. */
const WHAT = 154;

const ruler = document.createElement('canvas').getContext('2d');

function width(text, size) {
	ruler.font = `${size}px system-ui, sans-serif`;
	return ruler.measureText(text).width;
}

function cut(text) {
	return (text.length <= MOST) ? text : `${text.slice(0, MOST - 1)}…`;
}

function fitting(text) {
	let shown = text;
	while (width(shown, 11.5) > WHAT) {
		shown = `${shown.slice(0, -2)}…`;
	}
	return shown;
}

/** Draws services and what depends on what, dependencies on the left. */
export class Graph {

	constructor(pick) {
		this.pick = pick;
		this.drawn = '';
		this.nodes = new Map();
		this.edges = [];
	}

	/** Draws anew only what has changed: positions stay as long as nodes and edges do. */
	show(model, picked, plan) {
		const names = model.drawn(picked, plan);
		const edges = [];
		for (const name of names) {
			for (const { name: dependency, kind } of model.get(name).dependencies) {
				if (names.has(dependency)) {
					edges.push([dependency, name, kind]);
				}
			}
		}
		const key = JSON.stringify([[...names], edges]);
		if (key !== this.drawn) {
			this.drawn = key;
			this.draw(model, names, edges);
		}
		byId('shown').textContent = (names.size < model.names.length)
			? `${names.size} of ${count(model.names.length, 'service')} drawn: problems, the critical path and what is selected, with their neighbours.` : '';
		this.paint(model, picked, plan);
	}

	draw(model, names, edges) {
		const layout = new dagre.graphlib.Graph();
		layout.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 56, marginx: 8, marginy: 8 });
		layout.setDefaultEdgeLabel(() => ({}));
		// The layout keeps names as properties of objects, and some names are taken there.
		const ids = new Map([...names].map((name, index) => [name, `n${index}`]));
		for (const name of names) {
			layout.setNode(ids.get(name), { width: Math.max(width(cut(name), 14), WHAT) + 24, height: HEIGHT });
		}
		edges.forEach(([from, to]) => layout.setEdge(ids.get(from), ids.get(to)));
		dagre.layout(layout);
		const { width: wide, height: high } = layout.graph();
		const drawing = svg('svg', { ...this.size(wide, high), viewBox: `0 0 ${wide} ${high}`, role: 'group' },
			svg('defs', {}, svg('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 8, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto' },
				svg('path', { d: 'M0 0L8 4L0 8z' }))));
		this.edges = edges.map(([from, to, kind]) => {
			const points = layout.edge(ids.get(from), ids.get(to)).points;
			const path = svg('path', { class: 'edge', d: 'M' + points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L'), 'marker-end': 'url(#arrow)' });
			drawing.append(path);
			return { from, to, after: kind === 'AFTER', path };
		});
		const focused = [...this.nodes].find(([, { node }]) => node === document.activeElement)?.[0];
		this.nodes = new Map();
		for (const name of names) {
			const { x, y, width: boxWidth } = layout.node(ids.get(name));
			const what = svg('text', { class: 'what', x: 12, y: 34 });
			const node = svg('g', { transform: `translate(${x - boxWidth / 2} ${y - HEIGHT / 2})`, tabindex: 0, role: 'button' },
				svg('title', {}, name), svg('rect', { width: boxWidth, height: HEIGHT }), svg('text', { x: 12, y: 18 }, cut(name)), what);
			node.addEventListener('click', () => this.pick(name));
			node.addEventListener('keydown', (event) => {
				if (event.key === 'Enter' || event.key === ' ') {
					event.preventDefault();
					this.pick(name);
				}
			});
			drawing.append(node);
			this.nodes.set(name, { node, what });
		}
		byId('graph').replaceChildren(drawing);
		this.nodes.get(focused)?.node.focus({ preventScroll: true });
	}

	/** As large as there is room for, but never too small to be read. */
	size(wide, high) {
		const scale = zoom() * Math.min(1, Math.max(0.7, (byId('graph').clientWidth - 4) / wide / zoom()));
		return { width: wide * scale, height: high * scale };
	}

	fit() {
		const drawing = byId('graph').querySelector('svg');
		if (drawing) {
			const { width: wide, height: high } = this.size(drawing.viewBox.baseVal.width, drawing.viewBox.baseVal.height);
			drawing.setAttribute('width', wide);
			drawing.setAttribute('height', high);
		}
	}

	paint(model, picked, plan) {
		const near = picked && this.nodes.has(picked) ? new Set([picked, ...model.neighbours(picked)]) : null;
		const lit = plan ?? near;
		for (const [name, { node, what }] of this.nodes) {
			const service = model.get(name);
			const coming = plan?.get(name);
			const text = PLANS[coming] ?? this.text(service);
			node.setAttribute('class', ['node', look(service), service.required ? '' : 'optional', name === picked ? 'picked' : '',
				coming ? `planned ${coming}` : '', lit && !lit.has(name) ? 'dim' : ''].filter(Boolean).join(' '));
			node.setAttribute('aria-label', `${name}, ${text}${service.required ? '' : ', optional'}`);
			if (what.textContent !== text) {
				what.textContent = text;
			}
		}
		for (const { from, to, after, path } of this.edges) {
			const critical = model.criticalAfter.get(from) === to;
			const dim = lit && !(plan ? lit.has(from) && lit.has(to) : from === picked || to === picked);
			path.setAttribute('class', ['edge', after ? 'after' : '', critical ? 'critical' : '', dim ? 'dim' : ''].filter(Boolean).join(' '));
		}
	}

	text(service) {
		if (service.state === 'RUNNING') {
			const how = !service.healthy ? 'UNHEALTHY' : !service.ready ? 'NOT READY' : 'RUNNING';
			return (service.startMillis !== undefined) ? `${how} · ${duration(service.startMillis)}` : how;
		}
		if (service.state === 'STANDBY' && service.lease && !service.rootCause) {
			return fitting(`STANDBY · lease ${service.lease}`);
		}
		const root = service.rootCause;
		return fitting(root && root !== service.name ? `${service.state} · for ${root}` : service.state);
	}

}
