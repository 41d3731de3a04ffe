// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * What is compared.
 *
 * @since 0.1.0
 */
public enum Contender {

	/**
	 * A counter per service on a fixed pool of threads, and nothing else: the floor.
	 */
	BARE(BareCounters::onFixedPool, (shape, size) -> true),

	/**
	 * The same counters on a pool whose threads steal work from each other.
	 */
	STEALING(BareCounters::onStealingPool, (shape, size) -> true),

	/**
	 * The engine of this project.
	 */
	ENGINE(EngineServices::new, (shape, size) -> true),

	/**
	 * JBoss Modular Service Container.
	 */
	MSC(JbossMsc::new, (shape, size) -> true),

	/**
	 * Guava's service manager.
	 */
	GUAVA(GuavaServices::new, (shape, size) -> shape == GraphShape.FLAT),

	/**
	 * Spring's lifecycle processor.
	 */
	SPRING(SpringLifecycle::new, (shape, size) -> true);

	private final Supplier<GraphRunner> runner;

	private final BiPredicate<GraphShape, Integer> supported;

	Contender(Supplier<GraphRunner> runner, BiPredicate<GraphShape, Integer> supported) {
		this.runner = runner;
		this.supported = supported;
	}

	GraphRunner runner() {
		return this.runner.get();
	}

	boolean supports(GraphShape shape, int size) {
		return this.supported.test(shape, size);
	}

}
