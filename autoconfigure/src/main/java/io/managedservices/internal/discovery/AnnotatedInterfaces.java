// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.util.ClassUtils;

import io.managedservices.internal.bean.BeanMethod;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.PresenceSign;
import io.managedservices.internal.line.LineLog;

/**
 * Looks on while Boot scans for components, and warns of interfaces and abstract classes
 * with {@code @ManagedService} that no bean is an instance of: Spring makes no beans of
 * them, nor of the classes that implement them. Excludes nothing. Used by one thread.
 *
 * @since 0.1.0
 */
public final class AnnotatedInterfaces extends TypeExcludeFilter implements PresenceSign {

	private static final Log logger = LineLog.of(AnnotatedInterfaces.class);

	private static final String ANNOTATION = "io.managedservices.ManagedService";

	private final Set<String> found = ConcurrentHashMap.newKeySet();

	@Override
	public boolean match(MetadataReader reader, MetadataReaderFactory factory) {
		AnnotationMetadata type = reader.getAnnotationMetadata();
		if (!type.isConcrete() && !type.isAnnotation() && type.isAnnotated(ANNOTATION)) {
			this.found.add(type.getClassName());
		}
		return false;
	}

	@Override
	public boolean isSeen() {
		return !this.found.isEmpty();
	}

	/**
	 * Warns of those that are of no use.
	 * @param services all services
	 * @param classLoader of the beans
	 */
	void warn(Collection<Declaration> services, @Nullable ClassLoader classLoader) {
		for (String name : this.found) {
			Class<?> type = ClassUtils.resolveClassName(name, classLoader);
			if (services.stream().noneMatch((service) -> isOf(service, type))) {
				logger
					.warn(("@ManagedService on %s does nothing: no bean is an instance of it, and Spring makes none of "
							+ "an interface or an abstract class. Annotate the class that implements it, or the factory "
							+ "method of a bean.")
						.formatted(name));
			}
		}
		this.found.clear();
	}

	// What is not there has been reported.
	private static boolean isOf(Declaration service, Class<?> type) {
		return !service.hasInstance() || type.isAssignableFrom(BeanMethod.userClass(service.instance()));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof AnnotatedInterfaces;
	}

	@Override
	public int hashCode() {
		return getClass().hashCode();
	}

}
