// SPDX-License-Identifier: Apache-2.0

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes)) {
		if (value === true) {
			element.setAttribute(name, '');
		}
		else if (value !== false && value !== undefined && value !== null) {
			element.setAttribute(name, value);
		}
	}
	// Whatever services say is text, and never becomes markup.
	element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

export function html(name, attributes = {}, ...children) {
	return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
	return fill(document.createElementNS(SVG, name), attributes, children);
}

export function link(name, ...children) {
	return html('a', { href: `#/${encodeURIComponent(name)}` }, ...(children.length ? children : [name]));
}

/** The name of a service as a part of an address. */
export function path(name) {
	return name.split('/').map(encodeURIComponent).join('/');
}

export function button(text, action, attributes = {}) {
	const element = html('button', { type: 'button', ...attributes }, text);
	element.onclick = action;
	return element;
}

/** What tells a node from those beside it: what can be pressed never becomes something else. */
function key(node) {
	switch (node.nodeName) {
		case 'A':
			return node.hash;
		case 'BUTTON':
			return node.dataset.key ?? node.textContent;
		case 'H2': case 'H3': case 'DT': case 'SUMMARY':
			return node.textContent;
		case 'DETAILS': case 'TR':
			return node.firstChild?.textContent;
		case 'LI':
			return node.querySelector('a')?.hash;
		default:
			return undefined;
	}
}

function isSame(one, other) {
	return one.nodeName === other.nodeName && key(one) === key(other);
}

/** Replaces only what differs: a selection beside it stays. */
function retext(node, text) {
	const old = node.data;
	let start = 0;
	while (start < old.length && old[start] === text[start]) {
		start++;
	}
	let end = 0;
	while (end < Math.min(old.length, text.length) - start && old.at(-1 - end) === text.at(-1 - end)) {
		end++;
	}
	if (old !== text) {
		node.replaceData(start, old.length - start - end, text.slice(start, text.length - end));
	}
}

function become(old, next) {
	if (old.nodeType === Node.TEXT_NODE) {
		retext(old, next.data);
		return;
	}
	for (const { name } of [...old.attributes]) {
		// What the reader has opened stays open.
		if (!next.hasAttribute(name) && name !== 'open') {
			old.removeAttribute(name);
		}
	}
	for (const { name, value } of next.attributes) {
		if (old.getAttribute(name) !== value) {
			old.setAttribute(name, value);
		}
	}
	old.onclick = next.onclick;
	refill(old, [...next.childNodes]);
}

function refill(parent, children) {
	let at = parent.firstChild;
	for (const next of children) {
		let found = at;
		while (found && !isSame(found, next)) {
			found = (key(next) === undefined) ? null : found.nextSibling;
		}
		if (!found) {
			parent.insertBefore(next, at);
			continue;
		}
		while (at !== found) {
			const gone = at;
			at = at.nextSibling;
			gone.remove();
		}
		become(found, next);
		at = found.nextSibling;
	}
	while (at) {
		const gone = at;
		at = at.nextSibling;
		gone.remove();
	}
}

/** Shows something in an element. What is there already stays, with its focus, a selection in it, and what is being pressed. */
export function show(parent, ...children) {
	const focused = parent.contains(document.activeElement) ? document.activeElement : null;
	refill(parent, children.filter(Boolean));
	if (focused && !focused.isConnected) {
		[...parent.querySelectorAll(focused.nodeName)].find((each) => isSame(each, focused))?.focus({ preventScroll: true });
	}
}

/** How much larger than usual text is. */
export function zoom() {
	return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

export function byId(id) {
	return document.getElementById(id);
}
