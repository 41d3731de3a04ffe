// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

import io.managedservices.DependsOnService;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Finds {@link DependsOnService @DependsOnService} where no message listener is declared:
 * it would do nothing. One that is declared and not registered, because its library is
 * not enabled, does nothing either way. Used once, by one thread.
 */
final class StrayListeners {

	/** By their names: none of them has to be there. */
	private static final Set<String> LISTENERS = Set.of("org.springframework.jms.annotation.JmsListener",
			"org.springframework.kafka.annotation.KafkaListener",
			"org.springframework.amqp.rabbit.annotation.RabbitListener");

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<GraphProblem> problems;

	StrayListeners(ConfigurableListableBeanFactory beanFactory, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.problems = problems;
	}

	void find() {
		for (String beanName : LocalBeans.names(this.beanFactory)) {
			Class<?> type = LocalBeans.userClass(this.beanFactory, beanName);
			if (type != null) {
				check(beanName, type);
			}
		}
	}

	private void check(String beanName, Class<?> type) {
		if (dependsOnService(type) && !isListener(type)
				&& MethodIntrospector.selectMethods(type, (Method method) -> isListener(method)).isEmpty()) {
			refuse(beanName, "", type);
		}
		for (Method method : MethodIntrospector.selectMethods(type, (Method method) -> dependsOnService(method))) {
			if (!isListener(method)) {
				refuse(beanName, " on its method '" + method.getName() + "'", type);
			}
		}
	}

	private static boolean dependsOnService(AnnotatedElement element) {
		return annotations(element).isPresent(DependsOnService.class);
	}

	private static boolean isListener(AnnotatedElement element) {
		MergedAnnotations annotations = annotations(element);
		return LISTENERS.stream().anyMatch(annotations::isPresent);
	}

	private static MergedAnnotations annotations(AnnotatedElement element) {
		return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
	}

	private void refuse(String beanName, String where, Class<?> type) {
		String shown = LocalBeans.shown(beanName);
		this.problems.add(new GraphProblem(
				"The bean '%s' has @DependsOnService%s, and there is no message listener.".formatted(shown, where),
				"Remove @DependsOnService from class '%s', or let it stand beside @JmsListener, @KafkaListener or @RabbitListener. A @Scheduled method waits for services as @Task of a @ManagedService."
					.formatted(type.getName())));
	}

}
