// SPDX-License-Identifier: Apache-2.0
/**
 * Shows the services in Spring Boot's health: one contributor for each, and one indicator
 * for the groups that probes ask.
 */
@NullMarked
package io.managedservices.health;

import org.jspecify.annotations.NullMarked;
