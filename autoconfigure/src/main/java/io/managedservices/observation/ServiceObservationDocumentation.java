// SPDX-License-Identifier: Apache-2.0
package io.managedservices.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What is observed of services: each call of a method, and each run of work.
 *
 * @since 0.1.0
 */
public enum ServiceObservationDocumentation implements ObservationDocumentation {

	/** A call of the prepare of a service. */
	PREPARE("prepare"),

	/** An attempt to start a service. */
	START("start"),

	/** A call of the stop of a service, also one that cleans up after a failed start. */
	STOP("stop"),

	/** A call of the quiesce of a service. */
	QUIESCE("quiesce"),

	/** A notice to a service that another one runs, or does not. */
	NOTICE("notice"),

	/** A readiness or health check of a service. Switched off by default. */
	CHECK("check"),

	/** One run of a task. */
	TASK("task"),

	/** One run of a worker. */
	WORKER("worker"),

	/** One call of a hook, with one event. */
	HOOK("hook"),

	/** The processing of one item. */
	ITEM("item"),

	/** One tick of a ticker. */
	TICKER("ticker"),

	/** One micro-task. Switched off by default. */
	MICRO_TASK("micro-task");

	private final String kind;

	private final String fullName;

	ServiceObservationDocumentation(String kind) {
		this.kind = kind;
		this.fullName = "managed.services." + kind;
	}

	@Override
	public String getName() {
		return this.fullName;
	}

	@Override
	public String getContextualName() {
		return this.kind;
	}

	@Override
	public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
		return DefaultServiceObservationConvention.class;
	}

	@Override
	public KeyName[] getLowCardinalityKeyNames() {
		return LowCardinality.values();
	}

	@Override
	public KeyName[] getHighCardinalityKeyNames() {
		return HighCardinality.values();
	}

	/**
	 * Key values of few different values, which become tags of meters.
	 */
	public enum LowCardinality implements KeyName {

		/** The name of the service. */
		SERVICE {

			@Override
			public String asString() {
				return "service";
			}

		},

		/**
		 * The name of the work; {@code other} where code may make up ever more names,
		 * none for methods of the service.
		 */
		NAME {

			@Override
			public String asString() {
				return "name";
			}

		},

		/**
		 * {@code success}, {@code failure}, {@code cancelled} if it was told to end, or
		 * {@code unknown} while it runs.
		 */
		OUTCOME {

			@Override
			public String asString() {
				return "outcome";
			}

		},

		/** The simple name of the class of what was thrown, or {@code none}. */
		ERROR {

			@Override
			public String asString() {
				return "error";
			}

		}

	}

	/**
	 * Key values of many different values, which are in traces only.
	 */
	public enum HighCardinality implements KeyName {

		/** The id of the item. */
		ITEM {

			@Override
			public String asString() {
				return "item";
			}

		},

		/** The name of the work where {@link LowCardinality#NAME} is {@code other}. */
		WORK {

			@Override
			public String asString() {
				return "work";
			}

		}

	}

}
