package io.managedservices;

/**
 * Thrown by a worker that wants to be restarted at once: it counts as no failure.
 *
 * @since 0.1.0
 */
public final class RestartNow extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create the wish to be restarted.
	 * @param reason why, for people
	 */
	public RestartNow(String reason) {
		super(reason, null, false, false);
	}

}
