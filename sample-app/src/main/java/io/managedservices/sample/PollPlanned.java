// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

/**
 * The times of a poll were set: it is new, or its end was moved. Published within the
 * transaction that does so. Immutable.
 *
 * @param id the key of the poll
 */
record PollPlanned(long id) {

}
