// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.util.concurrent.CompletableFuture;

import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServicePlan;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;

/**
 * Adds services to those that there are, and takes them away, while the application runs:
 * one for each tenant, say. A part of {@link ManagedServices} that can be injected by
 * itself. Safe for use by several threads. <pre class="code">
 * services.register(new ServiceRegistration("tenant/" + id, new Tenant(id)).dependsOn("database"));
 * …
 * services.unregister("tenant/" + id);
 * </pre>
 *
 * @since 0.1.0
 */
public interface ServiceRegistry {

	/**
	 * Registers services and starts them as their activation says. They are checked
	 * together against all services that there are, as at the start of the application,
	 * and may depend on those and on each other. Registering any of them fails if
	 * anything is wrong with one.
	 * @param registrations the services
	 * @return completed once those that are to run do, at once where all services are
	 * stopped; exceptionally with an {@link OperationRefusedException} if anything is
	 * wrong with them, or the services are being stopped for good, in which case none is
	 * registered, and the future is completed when this returns; with a
	 * {@link ServiceException} if one of them does not come to run, though it stays
	 * registered; with a {@link java.util.concurrent.CancellationException} if another
	 * operation or the stop of all came in between
	 */
	CompletableFuture<Void> register(ServiceRegistration... registrations);

	/**
	 * What {@link #register} would do now.
	 * @param registrations the services
	 * @return which of them, and of services that are {@linkplain Activation#ON_DEMAND on
	 * demand}, it would start
	 * @throws OperationRefusedException if it is not possible now
	 */
	ServicePlan planRegister(ServiceRegistration... registrations);

	/**
	 * Stops services and forgets them: they are known to nobody any more, and their names
	 * are free. Refused while a service that stays depends on one of them. What belongs
	 * to an {@linkplain ServiceContext#services() incarnation} of one of them goes with
	 * it.
	 * @param names the services
	 * @return completed once they are forgotten; exceptionally with an
	 * {@link OperationRefusedException} if that is not possible now, in which case
	 * nothing was done, and the future is completed when this returns; with a
	 * {@link ServiceException} if one could not be stopped in time, though all are
	 * forgotten
	 * @throws ServiceException if there is no such service
	 */
	default CompletableFuture<Void> unregister(String... names) {
		return unregister(Dependents.REFUSE, names);
	}

	/**
	 * As {@link #unregister(String...)}, and says what becomes of services that depend on
	 * these.
	 * @param dependents whether they are unregistered, too
	 * @param names the services
	 * @return completed as that of {@link #unregister(String...)}
	 * @throws ServiceException if there is no such service
	 */
	CompletableFuture<Void> unregister(Dependents dependents, String... names);

	/**
	 * What {@link #unregister(String...)} would do now.
	 * @param names the services
	 * @return what it would stop and forget
	 * @throws OperationRefusedException if it is not possible now
	 * @throws ServiceException if there is no such service
	 */
	default ServicePlan planUnregister(String... names) {
		return planUnregister(Dependents.REFUSE, names);
	}

	/**
	 * What {@link #unregister(Dependents, String...)} would do now.
	 * @param dependents whether they are unregistered, too
	 * @param names the services
	 * @return what it would stop and forget
	 * @throws OperationRefusedException if it is not possible now
	 * @throws ServiceException if there is no such service
	 */
	ServicePlan planUnregister(Dependents dependents, String... names);

	/**
	 * What becomes of services that depend on one that is unregistered.
	 */
	enum Dependents {

		/**
		 * Nothing is unregistered as long as there are any.
		 */
		REFUSE,

		/**
		 * They are unregistered, too, with all that depends on them. Those of child
		 * contexts stay, and wait until a service of that name is registered again.
		 */
		INCLUDE

	}

}
