// SPDX-License-Identifier: Apache-2.0
/**
 * Tickers: what is done again and again at an interval.
 */
@NullMarked
package io.managedservices.internal.work.ticker;

import org.jspecify.annotations.NullMarked;
