// SPDX-License-Identifier: Apache-2.0
package io.managedservices.lease;

import io.managedservices.state.ServiceException;

/**
 * The lease of a running service, as that sees it. Another instance may run the service
 * as soon as the lease is no longer held. Belongs to one incarnation: once that has lost
 * the lease, it never gets it back. Safe for use by several threads; asking does no I/O.
 * <p>
 * A process can be frozen between a check and what follows it: only the resource that is
 * written to can refuse a write that comes too late, by the {@link #fence()}. <pre
 * class="code">
 * context.lease().ensureHeld();
 * jdbc.update("update digest set body = ?, fence = ? where id = ? and fence &lt;= ?", body, fence, id, fence);
 * </pre>
 *
 * @since 0.1.0
 */
public interface Lease {

	/**
	 * The name of the lease.
	 * @return the name
	 */
	String name();

	/**
	 * Whether this instance holds the lease, for a moment longer at least.
	 * @return {@code false} for good once it was lost or given back
	 */
	boolean isHeld();

	/**
	 * Makes sure that this instance holds the lease, before something is done that no
	 * other instance may do at the same time.
	 * @throws ServiceException of the kind {@link ServiceException.Kind#LEASE_LOST} if it
	 * does not
	 */
	void ensureHeld();

	/**
	 * The fencing number: higher than that of any earlier holder, and the same for as
	 * long as the lease is held.
	 * @return the number
	 * @throws UnsupportedOperationException if the store of the leases has none
	 * @see <a href=
	 * "https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">M.
	 * Kleppmann, How to do distributed locking (2016)</a>
	 */
	long fence();

}
