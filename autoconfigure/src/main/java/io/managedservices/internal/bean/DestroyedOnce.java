// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;

import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.ServiceCallbacks;

/**
 * Keeps Spring from calling the method that has stopped a service once more when it
 * destroys the bean, where Spring has inferred that method itself. It is still called
 * then if the service was not stopped since the bean was made or the service was started.
 * Entered by the threads that start and stop the service, and by the one that closes the
 * context.
 */
final class DestroyedOnce implements DisposableBean {

	private final ConfigurableListableBeanFactory beanFactory;

	private final String beanName;

	private final Object bean;

	private final Method destroyMethod;

	private volatile boolean released;

	private DestroyedOnce(ConfigurableListableBeanFactory beanFactory, String beanName, Object bean,
			Method destroyMethod) {
		this.beanFactory = beanFactory;
		this.beanName = beanName;
		this.bean = bean;
		this.destroyMethod = destroyMethod;
	}

	/**
	 * Adds to the methods of a service that its stop is not called again by Spring.
	 * @param beanFactory the factory of the context
	 * @param declaration the service
	 * @param callbacks its methods
	 * @return the methods, the same if Spring calls another one or none
	 */
	static ServiceCallbacks of(ConfigurableListableBeanFactory beanFactory, Declaration declaration,
			ServiceCallbacks callbacks) {
		String beanName = declaration.beanName();
		ServiceCallbacks.Callback stop = callbacks.stop();
		if (stop == null || !beanFactory.containsBeanDefinition(beanName)
				|| beanFactory.getSingleton(beanName) instanceof FactoryBean
				|| !(beanFactory instanceof DefaultSingletonBeanRegistry registry)
				|| !(beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)) {
			return callbacks;
		}
		Object bean = BeanMethod.target(declaration.instance());
		String stopMethod = declaration.attributes().stopMethod();
		Method method = ClassUtils.getMethodIfAvailable(bean.getClass(), stopMethod);
		if (method == null || !stopMethod.equals(inferred(definition, bean))) {
			return callbacks;
		}
		DestroyedOnce once = new DestroyedOnce(beanFactory, beanName, bean, method);
		definition.registerExternallyManagedDestroyMethod(stopMethod);
		registry.registerDisposableBean(beanName, once);
		return callbacks.withStartAndStop(once.start(callbacks.start()), once.stop(stop));
	}

	// As Spring does. Made ahead of time, a definition has the name that was inferred.
	private static @Nullable String inferred(RootBeanDefinition definition, Object bean) {
		String declared = definition.getDestroyMethodName();
		if (bean instanceof DisposableBean) {
			return null;
		}
		if (declared != null && !AbstractBeanDefinition.INFER_METHOD.equals(declared)) {
			return AotDetector.useGeneratedArtifacts() ? declared : null;
		}
		if (declared == null && !(bean instanceof AutoCloseable) && !(bean instanceof ExecutorService)) {
			return null;
		}
		Method close = ClassUtils.getMethodIfAvailable(bean.getClass(), "close");
		return (close != null && close.getDeclaringClass() != ExecutorService.class) ? "close" : "shutdown";
	}

	private ServiceCallbacks.@Nullable Callback start(ServiceCallbacks.@Nullable Callback start) {
		if (start == null) {
			return null;
		}
		return (context) -> {
			this.released = false;
			start.call(context);
		};
	}

	private ServiceCallbacks.Callback stop(ServiceCallbacks.Callback stop) {
		return (context) -> {
			this.released = true;
			stop.call(context);
		};
	}

	@Override
	public void destroy() throws Exception {
		this.beanFactory.destroyBean(this.beanName, this.bean);
		BeanMethod method = this.released ? null : BeanMethod.of(this.bean, this.destroyMethod);
		if (method != null) {
			method.call();
		}
	}

}
