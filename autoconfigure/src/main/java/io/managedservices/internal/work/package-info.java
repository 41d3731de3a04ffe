// SPDX-License-Identifier: Apache-2.0
/**
 * Work inside services, as the engine sees it: puts the core and the kinds of work
 * together. Built on the coordinator of the engine, through the two interfaces that it
 * knows of them.
 */
@NullMarked
package io.managedservices.internal.work;

import org.jspecify.annotations.NullMarked;
