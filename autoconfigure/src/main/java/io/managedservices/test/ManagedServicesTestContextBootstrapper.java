// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Makes the contexts of {@link ManagedServicesTest}.
 */
final class ManagedServicesTestContextBootstrapper extends TestSliceTestContextBootstrapper<ManagedServicesTest> {

}
