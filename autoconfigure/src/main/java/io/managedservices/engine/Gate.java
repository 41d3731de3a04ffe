package io.managedservices.engine;

/**
 * Keeps all services from starting while any is being prepared, when all are started.
 * Confined to the coordinator.
 */
final class Gate {

	private boolean open = true;

	/** How many services are inside their prepare. */
	private int preparing;

	boolean isOpen() {
		return this.open;
	}

	void close() {
		this.open = false;
	}

	void open() {
		this.open = true;
	}

	boolean isPreparing() {
		return this.preparing > 0;
	}

	/**
	 * A prepare was called.
	 */
	void enter() {
		this.preparing++;
	}

	/**
	 * A prepare has come back, or nobody waits for it any more.
	 */
	void leave() {
		this.preparing--;
	}

}
