// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import org.junit.jupiter.api.Test;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.ListFactoryBean;
import org.springframework.beans.factory.support.ChildBeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.work.Task;
import io.managedservices.work.Worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ServiceBeanAotProcessor}.
 */
class ServiceBeanAotProcessorTests {

	@Test
	void isRegistered() {
		assertThat(AotServices.factories().load(BeanRegistrationAotProcessor.class))
			.hasAtLeastOneElementOfType(ServiceBeanAotProcessor.class);
	}

	@Test
	void processRegistersMethodsOfServices() {
		RuntimeHints hints = hints("connection");
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Connection.class, "connect")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Connection.class, "close")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Connection.class, "other")).rejects(hints);
	}

	@Test
	void processRegistersTypesOfServices() {
		RuntimeHints hints = hints("lifecycle");
		assertThat(RuntimeHintsPredicates.reflection().onType(Lifecycle.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(ServiceLifecycle.class)).accepts(hints);
	}

	@Test
	void processRegistersMethodsThatAreWork() {
		RuntimeHints hints = hints("working");
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Working.class, "listen")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Working.class, "count")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Working.class, "onEvent")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Working.class, "other")).rejects(hints);
	}

	@Test
	void processWhenBeanIsNoServiceDoesNothing() {
		assertThat(contribution("plain")).isNull();
	}

	@Test
	void processTakesAnyBeanDefinition() {
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		RootBeanDefinition outer = new RootBeanDefinition(Outer.class);
		outer.getPropertyValues().add("inner", new RootBeanDefinition(Working.class));
		beanFactory.registerBeanDefinition("outer", outer);
		RootBeanDefinition scoped = new RootBeanDefinition(Connection.class);
		scoped.setScope(BeanDefinition.SCOPE_PROTOTYPE);
		BeanDefinitionHolder proxy = ScopedProxyUtils.createScopedProxy(new BeanDefinitionHolder(scoped, "scoped"),
				beanFactory, true);
		beanFactory.registerBeanDefinition(proxy.getBeanName(), proxy.getBeanDefinition());
		RootBeanDefinition withoutClass = new RootBeanDefinition();
		withoutClass.setInstanceSupplier(Connection::new);
		beanFactory.registerBeanDefinition("withoutClass", withoutClass);
		beanFactory.registerBeanDefinition("factoryBean", new RootBeanDefinition(ListFactoryBean.class));
		RootBeanDefinition factoryMethod = new RootBeanDefinition();
		factoryMethod.setFactoryBeanName("outer");
		factoryMethod.setFactoryMethodName("connection");
		beanFactory.registerBeanDefinition("factoryMethod", factoryMethod);
		RootBeanDefinition staticMethod = new RootBeanDefinition(Outer.class);
		staticMethod.setFactoryMethodName("of");
		beanFactory.registerBeanDefinition("staticMethod", staticMethod);
		beanFactory.registerBeanDefinition("child", new ChildBeanDefinition("outer"));
		beanFactory.registerAlias("child", "alias");
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			assertThat(contribution(RegisteredBean.of(beanFactory, beanName))).as(beanName).isNull();
		}
		assertThat(contribution(RegisteredBean.of(beanFactory, "alias"))).isNull();
		RegisteredBean inner = RegisteredBean.ofInnerBean(RegisteredBean.of(beanFactory, "outer"),
				(BeanDefinition) outer.getPropertyValues().get("inner"));
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Working.class, "listen"))
			.accepts(hints(contribution(inner)));
	}

	private static RuntimeHints hints(String beanName) {
		return hints(contribution(beanName));
	}

	private static RuntimeHints hints(BeanRegistrationAotContribution contribution) {
		RuntimeHints hints = new RuntimeHints();
		GenerationContext context = mock(GenerationContext.class);
		given(context.getRuntimeHints()).willReturn(hints);
		contribution.applyTo(context, mock(BeanRegistrationCode.class));
		return hints;
	}

	private static BeanRegistrationAotContribution contribution(String beanName) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Services.class)) {
			return contribution(RegisteredBean.of(context.getDefaultListableBeanFactory(), beanName));
		}
	}

	private static BeanRegistrationAotContribution contribution(RegisteredBean bean) {
		return new ServiceBeanAotProcessor().processAheadOfTime(bean);
	}

	@Configuration(proxyBeanMethods = false)
	static class Services {

		@Bean
		@ManagedService(startMethod = "connect", stopMethod = "close")
		Connection connection() {
			return new Connection();
		}

		@Bean
		@ManagedService
		Lifecycle lifecycle() {
			return new Lifecycle();
		}

		@Bean
		Working working() {
			return new Working();
		}

		@Bean
		Connection plain() {
			return new Connection();
		}

	}

	static class Working implements ServiceLifecycle {

		@Worker
		void listen() {
		}

		@Task(every = "5m")
		void count() {
		}

		@OnServiceEvent
		void onEvent(String event) {
		}

		void other() {
		}

	}

	static class Outer {

		void setInner(Working inner) {
		}

		Connection connection() {
			return new Connection();
		}

		static Outer of() {
			return new Outer();
		}

	}

	static class Connection {

		void connect() {
		}

		void close() {
		}

		void other() {
		}

	}

	static class Lifecycle implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
		}

	}

}
