// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceComponent;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.engine.report.Findings.Part;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot.ReportedError;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

/**
 * Takes in what services report of themselves, as long as the incarnation that reports it
 * is the one that is at work. Confined to the coordinator.
 */
public final class Reporting implements Aspect.Entered, Aspect.Moved {

	private final Coordinator coordinator;

	private final Turn turn;

	private final VitalSigns vitals;

	/**
	 * Create a reporting.
	 * @param coordinator the coordinator
	 * @param vitals is told what was reported
	 */
	public Reporting(Coordinator coordinator, VitalSigns vitals) {
		this.coordinator = coordinator;
		this.turn = coordinator.turn();
		this.vitals = vitals;
	}

	/**
	 * Raises a condition, or changes the one of that id.
	 * @param node the service
	 * @param incarnation the incarnation that raises it
	 * @param raised the condition; if there is one of that id, it is as old as that
	 */
	public void raise(ServiceNode node, Incarnation incarnation, Condition raised) {
		if (isAtWork(node, incarnation)) {
			raise(node, this.vitals.findings(node).conditions(), raised);
		}
	}

	private void raise(ServiceNode node, RaisedConditions conditions, Condition raised) {
		Condition previous = conditions.get(raised.id());
		Condition current = since(previous, raised);
		if (current.equals(previous)) {
			return;
		}
		boolean kept = conditions.put(current);
		if (kept || previous != null) {
			changed(node, new Change(previous, kept ? current : null));
		}
		if (conditions.more() == null && (!kept || conditions.isMoreThanShown())) {
			Condition more = new Condition("too-many-conditions", Severity.WARNING, "Too many conditions",
					"There are more than %d: further hints and warnings are not kept, and no more than %d conditions are shown. Resolve those that are over, or use one id for those that are alike"
						.formatted(RaisedConditions.MAX, RaisedConditions.MAX),
					this.turn.instant());
			conditions.more(more);
			changed(node, new Change(null, more));
		}
	}

	private Condition since(@Nullable Condition previous, Condition raised) {
		return new Condition(raised.id(), raised.severity(), raised.title(), raised.message(),
				(previous != null) ? previous.since() : this.turn.instant());
	}

	/**
	 * Raises a condition for a service whatever its state, or changes the one of that id
	 * that was raised so.
	 * @param node the service
	 * @param raised the condition; if there is one of that id, it is as old as that
	 */
	public void raiseFromOutside(ServiceNode node, Condition raised) {
		if (!node.isRemoved()) {
			raise(node, this.vitals.findings(node).fromOutside(), raised);
		}
	}

	/**
	 * Resolves a condition that was raised from outside.
	 * @param node the service
	 * @param id which one, or {@code null} for all
	 */
	public void resolveFromOutside(ServiceNode node, @Nullable String id) {
		Findings findings = this.vitals.known(node);
		if (findings != null && !node.isRemoved()) {
			resolve(node, findings.fromOutside(), id);
		}
	}

	/**
	 * Resolves a condition.
	 * @param node the service
	 * @param incarnation the incarnation that resolves it
	 * @param id which one, or {@code null} for all
	 */
	public void resolve(ServiceNode node, Incarnation incarnation, @Nullable String id) {
		Findings findings = this.vitals.known(node);
		if (findings != null && isAtWork(node, incarnation)) {
			resolve(node, findings.conditions(), id);
		}
	}

	private void resolve(ServiceNode node, RaisedConditions conditions, @Nullable String id) {
		for (Condition condition : conditions.raised(id)) {
			conditions.remove(condition.id());
			changed(node, new Change(condition, null));
		}
		Condition more = conditions.more();
		if (more != null && conditions.isEmpty()) {
			conditions.more(null);
			changed(node, new Change(more, null));
		}
	}

	/**
	 * Warns of the work of a service.
	 * @param node the service
	 * @param warning the warning
	 */
	public void warn(ServiceNode node, Condition warning) {
		if (node.isActive()) {
			Condition previous = this.vitals.findings(node).putWarning(warning);
			if (!warning.equals(previous)) {
				changed(node, new Change(previous, warning));
			}
		}
	}

	/**
	 * There is no need any more to warn of the work of a service.
	 * @param node the service
	 * @param id which warning
	 */
	public void resolveWarning(ServiceNode node, String id) {
		Findings findings = this.vitals.known(node);
		Condition previous = (findings != null) ? findings.removeWarning(id) : null;
		if (previous != null) {
			changed(node, new Change(previous, null));
		}
	}

	/**
	 * Takes an error into the buffer of a service.
	 * @param node the service
	 * @param incarnation the incarnation that reports it
	 * @param cause the error
	 */
	public void error(ServiceNode node, Incarnation incarnation, Throwable cause) {
		Vitals previous = node.vitals();
		if (isAtWork(node, incarnation)) {
			this.vitals.findings(node).add(new ReportedError(this.turn.instant(), cause), this.turn.now());
			publish(node);
		}
		this.turn.tellFailure(node, "error", cause, Severity.WARNING);
		this.turn.tell(new LifecycleEvent.ErrorReported(node.snapshot(), cause));
		tellVitals(node, previous);
	}

	/**
	 * A service forgets the errors that it has reported.
	 * @param node the service
	 * @param incarnation the incarnation that does so
	 */
	public void clearErrors(ServiceNode node, Incarnation incarnation) {
		if (isAtWork(node, incarnation)) {
			clearErrors(node);
		}
	}

	/**
	 * Forgets the errors that a service has reported.
	 * @param node the service
	 */
	public void clearErrors(ServiceNode node) {
		Findings findings = this.vitals.known(node);
		if (findings != null && findings.clearErrors(findings.reported())) {
			Vitals previous = node.vitals();
			publish(node);
			tellVitals(node, previous);
		}
	}

	/**
	 * Adds a component to a service.
	 * @param node the service
	 * @param incarnation the incarnation that it belongs to
	 * @param name its name within the service
	 * @param component the component
	 * @return the component as part of the service
	 * @throws ServiceException if its full name is taken
	 * @throws IllegalStateException if the incarnation is to end
	 */
	Part add(ServiceNode node, Incarnation incarnation, String name, ServiceComponent component) {
		if (!isAtWork(node, incarnation) || incarnation.stopReason() != null) {
			throw new IllegalStateException(
					"Component '%s' cannot be added to service '%s': expected an incarnation that is not to end. Add it while the service is being prepared or started, or runs."
						.formatted(name, node.name()));
		}
		checkName(node, name, component);
		Part part = Part.of(name, component);
		this.vitals.findings(node).add(part);
		publish(node);
		return part;
	}

	/**
	 * Removes a component from a service, if it still is one of it.
	 * @param node the service
	 * @param part the component
	 */
	void remove(ServiceNode node, Part part) {
		Findings findings = this.vitals.known(node);
		if (findings != null && findings.remove(part)) {
			Vitals previous = node.vitals();
			publish(node);
			tellVitals(node, previous);
		}
	}

	// A name with dots may be that of a service, or of a component of another one.
	private void checkName(ServiceNode node, String name, ServiceComponent component) {
		String full = node.name() + "." + name;
		String other = typeOf(full);
		for (int dot = full.indexOf('.'); dot > 0 && other == null; dot = full.indexOf('.', dot + 1)) {
			ServiceNode owner = this.coordinator.roster().find(full.substring(0, dot));
			Findings findings = (owner != null) ? this.vitals.known(owner) : null;
			Part part = (findings != null) ? findings.part(full.substring(dot + 1)) : null;
			if (owner != null && part != null) {
				other = "a component of service '%s' of type '%s'".formatted(owner.name(),
						part.component().getClass().getName());
			}
		}
		if (other != null) {
			throw new ServiceException(ServiceException.Kind.REFUSED, node.name(),
					"The name '%s' is taken: it is %s, and a component '%s' of service '%s' of type '%s' was to be added. Give one of them another name."
						.formatted(full, other, name, node.name(), component.getClass().getName()),
					null);
		}
	}

	private @Nullable String typeOf(String service) {
		ServiceNode node = this.coordinator.roster().find(service);
		return (node != null) ? "a service of type '%s'".formatted(node.definition().instance().getClass().getName())
				: null;
	}

	/**
	 * Takes in what a round of checks has found.
	 * @param node the service
	 * @param round the round, or {@code null} if there was nothing but the service itself
	 * @param healthy whether no health check has failed, also where there is none
	 * @param timeout why a component hangs, or {@code null}
	 */
	void checked(ServiceNode node, @Nullable CheckRound round, boolean healthy, @Nullable Throwable timeout) {
		if (round != null) {
			Findings findings = this.vitals.findings(node);
			round.tell(findings, timeout);
			if (healthy) {
				findings.clearErrors(isHealthChecked(node, round) ? round.errorsBefore()
						: findings.reportedUntil(this.turn.now() - node.settings().health().interval().toNanos()));
			}
			node.reports(findings.reports());
		}
	}

	private static boolean isHealthChecked(ServiceNode node, CheckRound round) {
		return node.callbacks().checkHealth() != null || round.hasHealthCheck();
	}

	@Override
	public void entered(ServiceNode node, ServiceState from) {
		Findings findings = this.vitals.known(node);
		if (findings != null) {
			entered(node, findings, from);
		}
		this.vitals.reset(node);
	}

	// What belonged to an incarnation that is over vanishes.
	private static void entered(ServiceNode node, Findings findings, ServiceState from) {
		boolean over = ServiceNode.isActive(from) || node.state() == ServiceState.FAILED
				|| (node.state() == ServiceState.STOPPED && !node.wanted());
		if (over && !node.isActive()) {
			findings.end();
			node.reports(findings.reports());
		}
		if (node.state() == ServiceState.STARTING) {
			findings.begin();
		}
	}

	@Override
	public void moved(ServiceNode node, ServiceState from) {
		Findings findings = this.vitals.known(node);
		if (findings != null) {
			for (Condition condition : findings.takeVanished()) {
				this.turn.tell(new LifecycleEvent.ConditionChanged(node.snapshot(), condition, null));
			}
		}
	}

	/**
	 * Sets how far a service says that it has come.
	 * @param node the service
	 * @param text what it says
	 */
	public void status(ServiceNode node, String text) {
		Vitals previous = node.vitals();
		node.vitals(new Vitals(previous.ready(), previous.healthy(), text, previous.failure()));
		node.publishChange();
	}

	private static boolean isAtWork(ServiceNode node, Incarnation incarnation) {
		return node.incarnation() == incarnation && (node.isActive() || node.state() == ServiceState.PREPARING);
	}

	private void changed(ServiceNode node, Change change) {
		Vitals previous = node.vitals();
		publish(node);
		this.turn.tell(new LifecycleEvent.ConditionChanged(node.snapshot(), change.previous(), change.current()));
		tellVitals(node, previous);
	}

	private void publish(ServiceNode node) {
		node.reports(this.vitals.findings(node).reports());
		this.vitals.refresh(node);
		node.publishChange();
		this.turn.lookAt(node);
	}

	private void tellVitals(ServiceNode node, Vitals previous) {
		if (previous.healthy() != node.vitals().healthy()) {
			this.turn.tell(new LifecycleEvent.VitalsChanged(previous, node.snapshot()));
		}
	}

	/**
	 * What has become of a condition.
	 *
	 * @param previous as it was, or {@code null}
	 * @param current as it is, or {@code null}
	 */
	private record Change(@Nullable Condition previous, @Nullable Condition current) {

	}

}
