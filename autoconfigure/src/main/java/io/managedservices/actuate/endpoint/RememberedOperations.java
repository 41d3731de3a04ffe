package io.managedservices.actuate.endpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * The last {@value #MAX_OPERATIONS} operations. Safe for use by several threads.
 */
final class RememberedOperations {

	/** How many operations are remembered. */
	static final int MAX_OPERATIONS = 100;

	private final Map<String, OperationDescriptor> operations = Collections.synchronizedMap(new Bounded());

	void add(OperationDescriptor operation) {
		this.operations.put(operation.operation(), operation);
	}

	/**
	 * Changes an operation, if it is remembered still.
	 * @param id the id of the operation
	 * @param change from how it was to how it is
	 */
	void change(String id, UnaryOperator<OperationDescriptor> change) {
		this.operations.computeIfPresent(id, (key, operation) -> change.apply(operation));
	}

	@Nullable OperationDescriptor find(String id) {
		return this.operations.get(id);
	}

	@SuppressWarnings("serial")
	private static final class Bounded extends LinkedHashMap<String, OperationDescriptor> {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, OperationDescriptor> eldest) {
			return size() > MAX_OPERATIONS;
		}

	}

}
