// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item.jdbc;

import java.util.regex.Pattern;

/**
 * The SQL of an item service. All of it may name {@code :now}, the present time.
 * Immutable.
 *
 * @param process an UPDATE, INSERT or DELETE that does what is to be done with the item
 * {@code :id}, if there is anything to do; if it affects no row, there was not
 * @param checkAll a query of two columns, id and time, in the order of the times: all
 * items with which something will have to be done. It may name {@code :until}: what comes
 * later need not be found yet
 * @param checkOne a query of one column, the time at which something will have to be done
 * with the item {@code :id}: one row, or none for never
 * @since 0.1.0
 */
public record ItemSql(String process, String checkAll, String checkOne) {

	private static final Pattern ID = Pattern.compile("(?<!:):(\\{\\s*)?id\\b");

	/**
	 * Checks that the statements are about one item and about all.
	 */
	public ItemSql {
		check("process", process, true);
		check("checkAll", checkAll, false);
		check("checkOne", checkOne, true);
	}

	private static void check(String name, String sql, boolean one) {
		if (ID.matcher(sql).find() != one) {
			throw new IllegalArgumentException("The SQL of %s is not about %s: expected %s, found: %s".formatted(name,
					one ? "one item" : "all items", one ? "the parameter :id" : "no parameter :id", sql));
		}
	}

}
