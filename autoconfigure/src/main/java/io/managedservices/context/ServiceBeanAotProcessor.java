package io.managedservices.context;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;

/**
 * Keeps in a native image what is looked up of a service by reflection: the methods of a
 * {@link ServiceLifecycle}, and those that an annotation names. Stateless.
 */
final class ServiceBeanAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		MergedAnnotation<ManagedService> annotation = ServiceAnnotations.find(registeredBean.getBeanFactory(),
				registeredBean.getBeanName());
		if (annotation == null) {
			return null;
		}
		Class<?> type = ClassUtils.getUserClass(registeredBean.getBeanClass());
		ManagedService attributes = annotation.synthesize();
		return (context, code) -> {
			ReflectionHints hints = context.getRuntimeHints().reflection();
			// The methods of a known type can be looked up.
			hints.registerType(ServiceLifecycle.class);
			hints.registerType(type);
			register(hints, type, attributes.startMethod());
			register(hints, type, attributes.stopMethod());
		};
	}

	private static void register(ReflectionHints hints, Class<?> type, String name) {
		Method method = name.isEmpty() ? null : BeanUtils.findMethod(type, name);
		if (method != null) {
			hints.registerMethod(method, ExecutableMode.INVOKE);
		}
	}

}
