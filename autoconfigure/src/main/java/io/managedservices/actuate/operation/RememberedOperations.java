// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.actuate.operation.OperationDescriptor.Status;
import io.managedservices.internal.sanitize.FailureWords;
import io.managedservices.internal.sanitize.TextSanitizer;

/**
 * The last {@value #MAX_OPERATIONS} operations. Safe for use by several threads.
 */
public final class RememberedOperations {

	/** How many operations are remembered. */
	public static final int MAX_OPERATIONS = 100;

	private final Map<String, Remembered> operations = Collections.synchronizedMap(new Bounded());

	void add(OperationDescriptor operation) {
		this.operations.put(operation.operation(), new Remembered(operation, null));
	}

	/**
	 * An operation has come to its end, if it is remembered still.
	 * @param id the id of the operation
	 * @param status how it ended
	 * @param failure why it did not come about, or {@code null}
	 */
	void end(String id, Status status, @Nullable FailureWords failure) {
		this.operations.computeIfPresent(id,
				(key, remembered) -> new Remembered(remembered.operation().ended(status, null), failure));
	}

	@Nullable OperationDescriptor find(String id, TextSanitizer sanitizer) {
		Remembered remembered = this.operations.get(id);
		return (remembered != null) ? remembered.shown(sanitizer) : null;
	}

	/**
	 * An operation as it is remembered. Immutable.
	 *
	 * @param operation the operation without its message
	 * @param failure why it did not come about
	 */
	private record Remembered(OperationDescriptor operation, @Nullable FailureWords failure) {

		OperationDescriptor shown(TextSanitizer sanitizer) {
			return (this.failure == null) ? this.operation : this.operation.ended(this.operation.status(),
					sanitizer.words(this.operation.service(), "operation", this.failure));
		}

	}

	@SuppressWarnings("serial")
	private static final class Bounded extends LinkedHashMap<String, Remembered> {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
			return size() > MAX_OPERATIONS;
		}

	}

}
