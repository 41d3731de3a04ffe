// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.ItemsSnapshot.Counts;

/**
 * What became of items. Guarded by the lock of those who process them.
 */
final class ItemCounts {

	final LatenessRecorder lateness = new LatenessRecorder();

	long processed;

	long notYet;

	long failed;

	long retried;

	long conflicts;

	ItemsSnapshot snapshot(int due, int armed, int inHand, long late, ItemsSnapshot.CheckAll checkAll) {
		return new ItemsSnapshot(due, armed, inHand,
				new Counts(this.processed, this.notYet, this.failed, this.retried, this.conflicts),
				this.lateness.snapshot(late), checkAll);
	}

}
