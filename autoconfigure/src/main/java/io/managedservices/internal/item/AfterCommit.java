// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Does something after the commit of the transaction of the calling thread, at once if
 * there is none, or nothing here knows of transactions. Stateless.
 */
final class AfterCommit {

	private static final boolean TRANSACTIONS = ClassUtils.isPresent(
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			AfterCommit.class.getClassLoader());

	private AfterCommit() {
	}

	static void run(Runnable action) {
		if (!TRANSACTIONS || !Transactional.register(action)) {
			action.run();
		}
	}

	/**
	 * Loaded only where there are transactions.
	 */
	private static final class Transactional {

		private Transactional() {
		}

		static boolean register(Runnable action) {
			if (!TransactionSynchronizationManager.isSynchronizationActive()
					|| !TransactionSynchronizationManager.isActualTransactionActive()) {
				return false;
			}
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				// Not "afterCommit": that misses whoever registers while it goes on,
				// and those behind one that fails. One whose commit may have come
				// through is asked for, too, which does no harm.
				@Override
				public void afterCompletion(int status) {
					if (status != STATUS_ROLLED_BACK) {
						action.run();
					}
				}

			});
			return true;
		}

	}

}
