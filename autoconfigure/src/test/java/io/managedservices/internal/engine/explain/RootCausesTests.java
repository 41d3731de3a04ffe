// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.explain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.engine.kernel.Counters;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RootCauses}.
 */
class RootCausesTests {

	private int looks;

	@Test
	void rootCausesWhenChainIsLongLookAtEachServiceOnce() {
		int length = 1000;
		List<ServiceNode> chain = new ArrayList<>();
		RootCauses causes = new RootCauses((node) -> {
			this.looks++;
			return (node.index() > 0) ? chain.get(node.index() - 1) : null;
		});
		Counters counters = new Counters(length);
		for (int index = 0; index < length; index++) {
			chain.add(new ServiceNode(index, service("" + index), counters, Instant.EPOCH));
		}
		for (int index = length - 20; index < length; index++) {
			assertThat(causes.of(chain.get(index))).isSameAs(chain.get(0));
		}
		assertThat(this.looks).isEqualTo(length);
	}

	private static ServiceDefinition service(String name) {
		return ServiceDefinition.of(name, new ServiceLifecycle() {
		}, ServiceSettings.DEFAULTS, List.of());
	}

}
