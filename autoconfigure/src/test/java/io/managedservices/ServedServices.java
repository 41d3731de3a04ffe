// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import io.managedservices.monitor.LifecycleListener;

/**
 * An application with a real web server on a random port that shows services.
 */
public final class ServedServices implements AutoCloseable {

	/**
	 * Shows texts of others to everybody.
	 */
	public static final String SHOWN = "management.endpoint.managedservices.show-values=always";

	/**
	 * Takes a connection for each request: of requests that follow each other on one, now
	 * and then one is lost between the client of the JDK and Netty.
	 */
	private static final RestClient client = RestClient.builder().requestFactory(requestFactory()).build();

	private final ConfigurableApplicationContext context;

	private ServedServices(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Runs an application over services that refuse to be called before all singletons
	 * exist.
	 * @param services the services
	 * @param type the kind of web server
	 * @param properties of the application
	 * @return the application
	 */
	public static ServedServices run(ScriptedServices services, WebApplicationType type, String... properties) {
		SpringApplication application = new SpringApplication(Application.class);
		application.addInitializers((context) -> {
			ConfigurableListableBeanFactory beans = context.getBeanFactory();
			services.guard(() -> requireSingletons(beans));
			((GenericApplicationContext) context).registerBean("managedServices", ManagedServices.class,
					() -> services);
		});
		ServedServices served = run(application, type, properties);
		served.context.getBeanProvider(LifecycleListener.class).forEach(services::addListener);
		return served;
	}

	/**
	 * Runs an application with services of its own.
	 * @param source the configuration
	 * @param type the kind of web server
	 * @param properties of the application
	 * @return the application
	 */
	public static ServedServices run(Class<?> source, WebApplicationType type, String... properties) {
		return run(new SpringApplication(source), type, properties);
	}

	private static ServedServices run(SpringApplication application, WebApplicationType type, String... properties) {
		application.setWebApplicationType(type);
		return new ServedServices(application.run(Stream.concat(
				Stream.of("server.port=0", "spring.main.banner-mode=off", "spring.main.keep-alive=false",
						// Netty waits for two seconds else whether anything comes.
						"spring.reactor.netty.shutdown-quiet-period=0s", "management.endpoints.web.exposure.include=*"),
				Stream.of(properties))
			.map((property) -> "--" + property)
			.toArray(String[]::new)));
	}

	private static SimpleClientHttpRequestFactory requestFactory() {
		SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();
		factory.setConnectTimeout(Duration.ofSeconds(20));
		factory.setReadTimeout(Duration.ofSeconds(20));
		return factory;
	}

	private static void requireSingletons(ConfigurableListableBeanFactory beans) {
		Arrays.stream(beans.getBeanDefinitionNames()).filter((name) -> {
			BeanDefinition definition = beans.getMergedBeanDefinition(name);
			return definition.isSingleton() && !definition.isLazyInit() && !definition.isAbstract()
					&& !beans.containsSingleton(name);
		}).findFirst().ifPresent((name) -> {
			throw new IllegalStateException("The services are used before bean '" + name + "' exists");
		});
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	public Answer get(String path) {
		return get("local.server.port", path, "*/*");
	}

	public Answer getManagement(String path) {
		return get("local.management.port", path, "*/*");
	}

	public Answer getAccepting(String mediaType, String path) {
		return get("local.server.port", path, mediaType);
	}

	public Answer post(String path, String json) {
		return post("local.server.port", path, json);
	}

	public Answer postManagement(String path, String json) {
		return post("local.management.port", path, json);
	}

	private Answer post(String port, String path, String json) {
		return answer(client.post()
			.uri(uri(port, path))
			.header("Content-Type", "application/json")
			.header("Connection", "close")
			.body(json.getBytes(StandardCharsets.UTF_8)));
	}

	private Answer get(String port, String path, String accept) {
		return answer(client.get().uri(uri(port, path)).header("Accept", accept).header("Connection", "close"));
	}

	private URI uri(String port, String path) {
		return URI.create("http://localhost:" + this.context.getEnvironment().getProperty(port) + path);
	}

	private static Answer answer(RestClient.RequestHeadersSpec<?> asked) {
		return asked.exchange((request, response) -> new Answer(response.getStatusCode().value(),
				String.valueOf(response.getHeaders().getContentType()),
				new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8),
				String.valueOf(response.getHeaders().getFirst("Retry-After"))));
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * What was answered.
	 *
	 * @param code the code of HTTP
	 * @param type the type of the content
	 * @param body the content
	 * @param retryAfter when to try again, "null" if it does not say
	 */
	public record Answer(int code, String type, String body, String retryAfter) {

		public <T> T json(String path) {
			return JsonPath.read(this.body, path);
		}

		public String statusLine() {
			return this.code + " " + json("$.status");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration",
			"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration" })
	static class Application {

	}

}
