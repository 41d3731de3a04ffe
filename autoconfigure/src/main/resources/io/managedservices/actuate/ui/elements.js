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
	element.addEventListener('click', action);
	return element;
}

/** How much larger than usual text is. */
export function zoom() {
	return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

export function byId(id) {
	return document.getElementById(id);
}
