// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.sql.SQLException;
import java.util.Set;

import com.zaxxer.hikari.SQLExceptionOverride;

/**
 * Has the pool close each connection to H2 that tells of a database that could not write.
 * H2 closes itself when its disk is full, opens anew for the next connection, and the
 * connections that it had still count as valid. One that ends a transaction once more, as
 * {@code setAutoCommit(true)} does, may spin in {@code MVStore.registerVersionUsage} for
 * ever (seen in H2 2.4.240 and 2.5.252). Public, since the pool creates it.
 */
public class ClosedDatabase implements SQLExceptionOverride {

	/** GENERAL_ERROR_1, IO_EXCEPTION_1, IO_EXCEPTION_2, DATABASE_IS_CLOSED. */
	private static final Set<Integer> CODES = Set.of(50000, 90028, 90031, 90098);

	@java.lang.Override
	public Override adjudicate(SQLException ex) {
		return CODES.contains(ex.getErrorCode()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
	}

}
