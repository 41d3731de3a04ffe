// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Why a request has no other answer. Immutable.
 *
 * @param error what was expected and what was found
 */
public record ErrorDescriptor(String error) implements OperationResponseBody {

}
