// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Units in the order in which they were added, linked through themselves: each is in one
 * list once. Confined to the coordinator.
 */
final class UnitList {

	private @Nullable Unit first;

	private @Nullable Unit last;

	void add(Unit unit) {
		unit.listed = true;
		unit.before = this.last;
		if (this.last == null) {
			this.first = unit;
		}
		else {
			this.last.after = unit;
		}
		this.last = unit;
	}

	/**
	 * Takes a unit out.
	 * @param unit the unit
	 * @return {@code false} if it is not there
	 */
	boolean remove(Unit unit) {
		if (!unit.listed) {
			return false;
		}
		Unit before = unit.before;
		Unit after = unit.after;
		if (before == null) {
			this.first = after;
		}
		else {
			before.after = after;
		}
		if (after == null) {
			this.last = before;
		}
		else {
			after.before = before;
		}
		unit.listed = false;
		unit.before = null;
		unit.after = null;
		return true;
	}

	boolean isEmpty() {
		return this.first == null;
	}

	/**
	 * The units at this moment.
	 * @return a list of the caller's
	 */
	List<Unit> all() {
		List<Unit> all = new ArrayList<>();
		for (Unit unit = this.first; unit != null; unit = unit.after) {
			all.add(unit);
		}
		return all;
	}

}
