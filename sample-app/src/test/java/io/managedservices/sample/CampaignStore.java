// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The server that keeps the lease of a campaign. It can die, and instances can be cut off
 * from it. Used by one thread.
 */
interface CampaignStore {

	/**
	 * What an instance has to know of it, before it is created.
	 * @param instance the name of the instance
	 * @return properties of the application
	 */
	List<String> settings(String instance) throws IOException;

	/**
	 * What the packaged application lacks to use it.
	 * @return jars
	 */
	List<Path> libraries();

	/**
	 * What the connections of an instance to the store go through.
	 * @param instance the instance
	 * @return the proxy
	 */
	TcpProxy proxy(ClusterInstance instance);

	/**
	 * Starts the server again, with the same port.
	 */
	void start() throws IOException;

	/**
	 * Ends the server as {@code kill -9} does.
	 */
	void kill() throws IOException;

	/**
	 * Whether a later hold of the lease has a higher number.
	 */
	boolean isFenced();

	/**
	 * Whether the lease is still there when the server has been killed and started again.
	 */
	boolean isDurable();

}
