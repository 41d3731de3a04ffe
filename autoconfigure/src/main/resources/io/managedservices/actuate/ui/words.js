// SPDX-License-Identifier: Apache-2.0

function parts(time, large, unit, small, rest) {
	const left = Math.floor((time % large) / small);
	return left ? `${Math.floor(time / large)} ${unit} ${left} ${rest}` : `${Math.floor(time / large)} ${unit}`;
}

/** A duration for people. */
export function duration(time) {
	if (time < 1000) {
		return `${Math.round(time)} ms`;
	}
	if (time < 60_000) {
		return `${(time / 1000).toPrecision(3).replace(/\.?0+$/, '')} s`;
	}
	if (time < 3_600_000) {
		return parts(time, 60_000, 'min', 1000, 's');
	}
	if (time < 86_400_000) {
		return parts(time, 3_600_000, 'h', 60_000, 'min');
	}
	return parts(time, 86_400_000, 'd', 3_600_000, 'h');
}

/** How long something lasts that began then. Whole seconds, so that it does not flicker. */
export function since(instant, now) {
	const seconds = Math.floor((now - Date.parse(instant)) / 1000);
	return (seconds > 0) ? duration(seconds * 1000) : 'a moment';
}

/** When something comes, or how long ago it was. */
export function when(instant, now) {
	const away = Date.parse(instant) - now;
	return (away > 0) ? `in ${duration(Math.ceil(away / 1000) * 1000)}` : `${since(instant, now)} ago`;
}

export function count(number, word) {
	return `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;
}

/** Names in a sentence, some of many. */
export function names(list, most = 12) {
	return (list.length <= most) ? list.join(', ') : `${list.slice(0, most).join(', ')} and ${list.length - most} more`;
}

/** The attempt of a start in words. */
export function attempt({ number, total }) {
	return total ? `attempt ${number} of ${total}` : `attempt ${number}`;
}

/** Why something is as it is, as far as the viewer may know. */
export function reason(service) {
	const reported = service.reports?.conditions?.find((condition) => condition.severity === 'ERROR');
	const error = service.reports?.errors?.at(-1);
	return service.problem ?? service.failure ?? (reported && `${reported.title}: ${reported.message}`) ?? error?.error ?? service.status ?? '';
}

/** What is to be known of a service, in a sentence that goes on after its name. */
export function sentence(service, now) {
	const text = reason(service);
	const why = text ? `: ${text}${/[.!?…]$/.test(text) ? '' : '.'}` : '.';
	switch (service.state) {
		case 'BACKOFF':
			return ` failed to start${service.attempt ? ` (${attempt(service.attempt)})` : ''}${service.attempt?.next ? `, next attempt ${Date.parse(service.attempt.next) > now ? when(service.attempt.next, now) : 'now'}` : ''}${why}`;
		case 'FAILED':
			return ` has failed and is not retried, since ${since(service.since, now)}${why}`;
		case 'RUNNING':
			return !service.healthy ? ` is running, but unhealthy${why}` : !service.ready ? ` is running, but not ready${why}`
				: ` has been running for ${since(service.since, now)}.`;
		case 'STARTING':
			return ` has been starting for ${since(service.since, now)}${service.attempt ? ` (${attempt(service.attempt)})` : ''}${why}`;
		case 'WAITING':
			return ` is waiting for ${service.waitsFor ?? service.blockers?.[0]?.name ?? 'its dependencies'}, since ${since(service.since, now)}.`;
		case 'STOPPED':
			return (service.activation === 'DISABLED') ? ' is disabled.'
				: (service.stopReason === 'OPERATOR') ? ` was stopped by an operator ${since(service.since, now)} ago.`
					: (service.stopReason === 'COMPLETED') ? ` has ended by itself ${since(service.since, now)} ago.`
						: (service.activation === 'ON_DEMAND') ? ' is stopped: nothing needs it.' : ' is stopped.';
		case 'STANDBY':
			return ` has been on standby for ${since(service.since, now)}${/^\*+$/.test(text) ? '.' : why}`;
		default:
			return ` has been ${service.state.toLowerCase()} for ${since(service.since, now)}${why}`;
	}
}
