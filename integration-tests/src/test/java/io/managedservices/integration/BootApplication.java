// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A web application that ends as soon as it has started. Its argument is the class of the
 * beans that it has, or nothing.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BootApplication {

	private static final int BEANS = 10;

	private static final List<String> LEFT_OUT = List.of("security", "websocket", "integration", "webflux", "netty",
			"reactor", "jdbc", "h2", "validat", "test", "junit", "mockito", "assertj", "hamcrest", "awaitility",
			"byte-buddy");

	public static void main(String[] args) throws ClassNotFoundException {
		SpringApplication application = new SpringApplication(BootApplication.class);
		if (args.length > 0) {
			Class<?> type = Class.forName(args[0]);
			application.addInitializers((ApplicationContextInitializer<GenericApplicationContext>) (context) -> {
				for (int number = 0; number < BEANS; number++) {
					context.registerBean("bean" + number, type);
				}
			});
		}
		try (ConfigurableApplicationContext context = application.run("--server.port=0",
				"--spring.main.banner-mode=off", "--logging.level.root=warn")) {
			Thread.getAllStackTraces().keySet().forEach((thread) -> System.out.println("thread " + thread.getName()));
			System.out.println("started " + context.isActive());
		}
	}

	/**
	 * The class path of an application with MVC and Actuator.
	 * @param starter whether it has the starter
	 * @return directories and archives
	 */
	static List<String> classPath(boolean starter) {
		return JavaProcess.classPath().stream().filter((entry) -> isOwn(entry) ? starter : isNeeded(entry)).toList();
	}

	private static boolean isOwn(String entry) {
		return entry.contains("/autoconfigure/") || entry.contains("managed-services-spring-boot");
	}

	private static boolean isNeeded(String entry) {
		String name = entry.substring(entry.lastIndexOf('/') + 1);
		return !name.endsWith(".jar") || LEFT_OUT.stream().noneMatch(name::contains);
	}

}
