package io.managedservices.context;

import java.lang.reflect.Constructor;
import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.util.StringUtils;

import io.managedservices.Provided;
import io.managedservices.graph.GraphProblem;
import io.managedservices.graph.ServiceDefinition;

/**
 * Lets {@link Provided} be injected, and finds for each injection point the service that
 * it is about: those that there are when the services are discovered are checked then,
 * later ones at once. Being injected with it makes no dependency. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public final class ProvidedInjection implements BeanFactoryPostProcessor {

	private final String pointBeanName;

	private final ReentrantLock lock = new ReentrantLock();

	private List<InjectedProvided<?>> points = new ArrayList<>();

	private @Nullable Providers providers;

	/**
	 * Create an injection.
	 * @param pointBeanName the name of a prototype bean of type {@link Point}
	 */
	public ProvidedInjection(String pointBeanName) {
		this.pointBeanName = pointBeanName;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		// Neither a qualifier nor the type of the value is looked at for it, as would be
		// for a bean.
		ObjectFactory<Provided<?>> factory = () -> provided(beanFactory);
		beanFactory.registerResolvableDependency(Provided.class, factory);
	}

	private Provided<?> provided(ConfigurableListableBeanFactory beanFactory) {
		Point place = beanFactory.getBean(this.pointBeanName, Point.class);
		InjectionPoint point = place.injectionPoint();
		Qualifier qualifier = point.getAnnotation(Qualifier.class);
		InjectedProvided<?> provided = new InjectedProvided<>(beanFactory, valueType(point), place.description(),
				(qualifier != null && StringUtils.hasText(qualifier.value())) ? qualifier.value() : null);
		bind(provided);
		return provided;
	}

	private static Class<?> valueType(InjectionPoint point) {
		ResolvableType type = (point instanceof DependencyDescriptor descriptor) ? descriptor.getResolvableType()
				: ResolvableType.NONE;
		return type.as(Provided.class).getGeneric(0).resolve(Object.class);
	}

	private void bind(InjectedProvided<?> point) {
		GraphProblem problem = null;
		this.lock.lock();
		try {
			if (this.providers == null) {
				this.points.add(point);
			}
			else {
				problem = this.providers.bind(point);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (problem != null) {
			throw new IllegalStateException(problem.description() + " " + problem.action());
		}
	}

	/**
	 * Finds the services of the injection points that there are.
	 * @param services all services
	 * @param problems where what is wrong is added
	 */
	void bind(List<ServiceDefinition> services, List<GraphProblem> problems) {
		this.lock.lock();
		try {
			Providers known = new Providers(services);
			for (InjectedProvided<?> point : this.points) {
				GraphProblem problem = known.bind(point);
				if (problem != null) {
					problems.add(problem);
				}
			}
			this.points = new ArrayList<>();
			this.providers = known;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Where something is being injected. To be registered as a prototype that Spring
	 * makes with the injection point, and not as a candidate for injection itself.
	 *
	 * @param injectionPoint the field or the parameter
	 */
	public record Point(InjectionPoint injectionPoint) {

		/**
		 * The place, for people.
		 * @return a description, such as: Field 'connection' of class Database
		 */
		public String description() {
			Member member = this.injectionPoint.getMember();
			String type = member.getDeclaringClass().getSimpleName();
			MethodParameter parameter = this.injectionPoint.getMethodParameter();
			if (parameter == null) {
				return "Field '%s' of class %s".formatted(member.getName(), type);
			}
			return (member instanceof Constructor<?>)
					? "Parameter %d of the constructor of class %s".formatted(parameter.getParameterIndex() + 1, type)
					: "Parameter %d of method %s.%s".formatted(parameter.getParameterIndex() + 1, type,
							member.getName());
		}

	}

}
