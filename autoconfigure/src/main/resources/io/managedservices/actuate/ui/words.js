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

/** Whether a text was hidden from the viewer. */
function isHidden(text) {
	return /^\*+$/.test(text);
}

/** Who else holds a lease. */
export function holder(lease) {
	return !lease.holder ? null : isHidden(lease.holder) ? 'another instance' : lease.holder;
}

/** Why a service is on standby: not because of an old failure. */
function standby(service, lease, now) {
	const other = service.waitsFor ?? service.blockers?.[0]?.name;
	if (other || !lease) {
		return other ? `: it waits for ${other}` : service.lease ? `: it waits for lease '${service.lease}'` : '';
	}
	const until = lease.heldOffUntil && Date.parse(lease.heldOffUntil) > now ? `, held off until ${new Date(lease.heldOffUntil).toLocaleTimeString()}` : '';
	const who = holder(lease);
	if (service.status?.startsWith('waits for lease ')) {
		return `: it ${service.status}${until}`;
	}
	return (who ? `: lease '${service.lease}' is held by ${who}${lease.holderSince ? `, for ${since(lease.holderSince, now)}` : ''}`
		: `: it waits for lease '${service.lease}'`) + until;
}

/** Why something is as it is, as far as the viewer may know. */
export function reason(service) {
	if (service.state === 'STANDBY' && service.healthy) {
		return service.status ?? '';
	}
	const reported = service.reports?.conditions?.find((condition) => condition.severity === 'ERROR');
	const error = service.reports?.errors?.at(-1);
	return service.problem ?? service.failure ?? (reported && `${reported.title}: ${reported.message}`) ?? error?.error ?? service.status ?? '';
}

/** What is to be known of a service, in a sentence that goes on after its name. */
export function sentence(service, now, lease) {
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
			return ` has been on standby for ${since(service.since, now)}${service.healthy ? `${standby(service, lease, now)}.` : `, but is unhealthy${why}`}`;
		default:
			return ` has been ${service.state.toLowerCase()} for ${since(service.since, now)}${why}`;
	}
}
