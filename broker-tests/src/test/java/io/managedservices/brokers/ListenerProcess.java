// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with a listener in a process of its own, whose store writes to a file.
 */
public final class ListenerProcess {

	private ListenerProcess() {
	}

	/**
	 * Runs the application until the process is terminated.
	 * @param args the application, the broker, the destination and the file
	 */
	public static void main(String[] args) throws Exception {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Class.forName(args[0]))
			.web(WebApplicationType.NONE)
			.run("--broker=" + args[1], "--destination=" + args[2], "--file=" + args[3],
					"--spring.main.keep-alive=true");
		context.getBean(Store.class).letGo(1_000);
	}

}
