// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.call.SurroundingChain;
import io.managedservices.internal.log.NamesInContext;
import io.managedservices.internal.observe.ObservedCalls;

/**
 * What is put around each call of user code costs: nothing, names in the context of the
 * log, an observation without anybody who handles it, and one with meters.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SurroundingBenchmark {

	/**
	 * What there is.
	 */
	@Param
	public Around around;

	private @Nullable Surrounding surrounding;

	/**
	 * Makes what there is.
	 */
	@Setup
	public void setUp() {
		this.surrounding = this.around.make();
	}

	/**
	 * Calls user code as a task is called.
	 * @param blackhole takes what it does
	 * @throws Exception never
	 */
	@Benchmark
	public void call(Blackhole blackhole) throws Exception {
		Surrounding known = this.surrounding;
		if (known == null) {
			blackhole.consume(this);
		}
		else {
			known.run(new Surrounding.Inner(new Surrounding.Subject("task", "polls", "recount", true, null), null,
					(thrown) -> false, () -> blackhole.consume(this)));
		}
	}

	/**
	 * What may be around user code.
	 */
	public enum Around {

		/** Nothing. */
		NOTHING {

			@Override
			@Nullable Surrounding make() {
				return null;
			}

		},

		/** Names in the context of the log. */
		NAMES {

			@Override
			Surrounding make() {
				return new NamesInContext();
			}

		},

		/** A registry without handlers. */
		NO_HANDLER {

			@Override
			Surrounding make() {
				return observed(ObservationRegistry.create());
			}

		},

		/** A registry with meters. */
		METERS {

			@Override
			Surrounding make() {
				return observed(withMeters());
			}

		},

		/** Both, as in an application with Actuator. */
		METERS_AND_NAMES {

			@Override
			Surrounding make() {
				return new SurroundingChain(observed(withMeters()), new NamesInContext());
			}

		};

		abstract @Nullable Surrounding make();

		private static ObservedCalls observed(ObservationRegistry registry) {
			return new ObservedCalls(registry, null, false, false);
		}

		private static ObservationRegistry withMeters() {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig()
				.observationHandler(new DefaultMeterObservationHandler(new SimpleMeterRegistry()));
			return registry;
		}

	}

}
