// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.Arrays;
import java.util.List;

/**
 * Which place each name has in a list of names: a hash table with linear probing (D. E.
 * Knuth, The Art of Computer Programming 3, 6.4, algorithm L) of places, so that it takes
 * no object for each name. Filled by one thread; not changed after that.
 */
final class NameIndex {

	private final String[] names;

	/** Those of the names, so that one which is not meant is not looked at. */
	private final int[] hashes;

	/** Places, counted from 1; 0 where there is none, as in at least half of them. */
	private final int[] slots;

	private final int shift;

	private boolean hasDuplicates;

	private NameIndex(String[] names, int[] hashes, int[] slots) {
		this.names = names;
		this.hashes = hashes;
		this.slots = slots;
		this.shift = Integer.numberOfLeadingZeros(slots.length) + 1;
	}

	/**
	 * Indexes names.
	 * @param names the names; of those that are alike the first one is found
	 * @return where they are
	 */
	static NameIndex of(String[] names) {
		int length = 2 * Integer.highestOneBit(Math.max(1, 2 * names.length - 1));
		NameIndex index = new NameIndex(names, new int[names.length], new int[length]);
		for (int place = 0; place < names.length; place++) {
			index.hashes[place] = names[place].hashCode();
			int slot = index.slot(names[place]);
			if (index.slots[slot] == 0) {
				index.slots[slot] = place + 1;
			}
			else {
				index.hasDuplicates = true;
			}
		}
		return index;
	}

	/**
	 * Whether a name is there more than once.
	 * @return whether one is
	 */
	boolean hasDuplicates() {
		return this.hasDuplicates;
	}

	/**
	 * The same names in another order.
	 * @param order the old place of each new one
	 * @param numbers the new place of each old one
	 * @return where they are then
	 */
	NameIndex renumbered(int[] order, int[] numbers) {
		String[] sorted = new String[order.length];
		int[] sortedHashes = new int[order.length];
		for (int number = 0; number < order.length; number++) {
			sorted[number] = this.names[order[number]];
			sortedHashes[number] = this.hashes[order[number]];
		}
		int[] renumbered = new int[this.slots.length];
		for (int slot = 0; slot < renumbered.length; slot++) {
			int place = this.slots[slot];
			renumbered[slot] = (place != 0) ? numbers[place - 1] + 1 : 0;
		}
		return new NameIndex(sorted, sortedHashes, renumbered);
	}

	/**
	 * Looks a name up.
	 * @param name the name
	 * @return its place, or -1 if it is not there
	 */
	int indexOf(String name) {
		return this.slots[slot(name)] - 1;
	}

	// Where it is, or is to come.
	private int slot(String name) {
		int hash = name.hashCode();
		// Names that differ in their last characters only have hashes next to each other.
		int slot = (hash * 0x9E3779B9) >>> this.shift;
		int place = this.slots[slot];
		while (place != 0 && !isAt(place - 1, name, hash)) {
			slot = (slot + 1) & (this.slots.length - 1);
			place = this.slots[slot];
		}
		return slot;
	}

	private boolean isAt(int place, String name, int hash) {
		return this.hashes[place] == hash && this.names[place].equals(name);
	}

	List<String> names() {
		return Arrays.asList(this.names);
	}

}
