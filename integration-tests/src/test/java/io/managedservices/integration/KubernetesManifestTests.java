// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.ReflectionUtils;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the manifests of the documentation: they have no field that Kubernetes does
 * not know, and their times fit to one another.
 */
class KubernetesManifestTests {

	private static final Path FILE = Path.of("../docs/kubernetes/polls.yaml");

	private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of("Deployment", Deployment.class,
			"Service", Service.class, "PodDisruptionBudget", PodDisruptionBudget.class);

	private final ObjectMapper mapper = new ObjectMapper();

	private final List<Object> documents = documents();

	private static List<Object> documents() {
		try (Reader reader = Files.newBufferedReader(FILE)) {
			List<Object> documents = new ArrayList<>();
			new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(reader).forEach(documents::add);
			return documents;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HasMetadata read(Object document) {
		Object kind = ((Map<?, ?>) document).get("kind");
		return this.mapper.convertValue(document, KINDS.get(kind));
	}

	private PodSpec pod() {
		return this.documents.stream()
			.map(this::read)
			.filter(Deployment.class::isInstance)
			.map((deployment) -> ((Deployment) deployment).getSpec().getTemplate().getSpec())
			.findFirst()
			.orElseThrow();
	}

	private Container container() {
		return pod().getContainers().get(0);
	}

	private Duration time(String name) {
		Map<String, String> values = container().getEnv()
			.stream()
			.filter((variable) -> variable.getValue() != null)
			.collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
		return DurationStyle.detectAndParse(values.get(name));
	}

	@Test
	void manifestsHaveOnlyFieldsThatKubernetesKnows() {
		assertThat(this.documents).hasSize(3);
		this.documents.forEach((document) -> assertThat(unknown("", read(document))).isEmpty());
	}

	@Test
	void fieldThatIsMisspeltIsFound() {
		String text = "{kind: Service, metadata: {name: a}, spec: {ports: [{prot: 1}]}}";
		assertThat(unknown("", read(new Yaml(new SafeConstructor(new LoaderOptions())).load(text))))
			.containsExactly(".spec.ports.prot");
	}

	// The model keeps what it does not know beside what it does.
	private static List<String> unknown(String path, @Nullable Object read) {
		List<String> unknown = new ArrayList<>();
		if (read instanceof Collection<?> all) {
			all.forEach((each) -> unknown.addAll(unknown(path, each)));
		}
		else if (read != null && read.getClass().getName().startsWith("io.fabric8.")) {
			ReflectionUtils.doWithFields(read.getClass(), (field) -> {
				field.setAccessible(true);
				Object value = field.get(read);
				if (field.getName().equals("additionalProperties") && value instanceof Map<?, ?> others) {
					others.keySet().forEach((name) -> unknown.add(path + "." + name));
				}
				else {
					unknown.addAll(unknown(path + "." + field.getName(), value));
				}
			}, (field) -> !Modifier.isStatic(field.getModifiers()));
		}
		return unknown;
	}

	@Test
	void stopFitsIntoTheGracePeriod() {
		long preStop = container().getLifecycle().getPreStop().getSleep().getSeconds();
		Duration phase = time("SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE");
		Duration services = time("MANAGEDSERVICES_SHUTDOWN_TIMEOUT");
		assertThat(services).isLessThan(phase);
		assertThat(pod().getTerminationGracePeriodSeconds())
			.isEqualTo(preStop + phase.toSeconds() + services.toSeconds() + 10);
	}

	@Test
	void startFitsIntoTheProbeAndThatIntoTheDeadline() {
		long probe = (long) container().getStartupProbe().getPeriodSeconds()
				* container().getStartupProbe().getFailureThreshold();
		assertThat(probe).isEqualTo(time("MANAGEDSERVICES_STARTUP_TIMEOUT").toSeconds() + 30);
		Deployment deployment = (Deployment) read(this.documents.get(0));
		assertThat((long) deployment.getSpec().getProgressDeadlineSeconds()).isGreaterThan(probe);
	}

}
