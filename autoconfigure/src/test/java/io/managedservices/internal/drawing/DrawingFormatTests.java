// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import io.managedservices.ScriptedServices;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DrawingFormat}.
 */
class DrawingFormatTests {

	private final ScriptedServices services = new ScriptedServices();

	@Test
	void mermaidDrawsNodesByStateAndEdgesByKind() {
		polls();
		assertThat(DrawingFormat.MERMAID.draw(this.services.snapshots())).startsWith("""
				flowchart TD
				    n0["database<br/>RUNNING"]:::running
				    n1["cache<br/>FAILED"]:::failed
				    n2["pollBook<br/>WAITING"]:::waiting
				    n2 --> n0
				    n2 -.-> n1
				    classDef new fill:#eceff1,stroke:#546e7a,color:#000
				""");
	}

	@Test
	void dotDrawsNodesByStateAndEdgesByKind() {
		polls();
		assertThat(DrawingFormat.DOT.draw(this.services.snapshots())).isEqualTo("""
				digraph "managed-services" {
				    node [shape=box, style="rounded,filled", color="#546e7a"];
				    n0 [label="database\\nRUNNING", fillcolor="#c8e6c9"];
				    n1 [label="cache\\nFAILED", fillcolor="#ef9a9a"];
				    n2 [label="pollBook\\nWAITING", fillcolor="#fff9c4"];
				    n2 -> n0;
				    n2 -> n1 [style=dashed];
				    subgraph cluster_legend {
				        label="Legend"; color="#b0bec5"; fontsize=10;
				        node [fontsize=10]; edge [fontsize=10];
				        legend_WAITING [label="WAITING", fillcolor="#fff9c4"];
				        legend_RUNNING [label="RUNNING", fillcolor="#c8e6c9"];
				        legend_FAILED [label="FAILED", fillcolor="#ef9a9a"];
				        legend_optional [label="optional", fillcolor="#ffffff", style="rounded,filled,dashed"];
				        legend_service [label="service", fillcolor="#ffffff"];
				        legend_dependency [label="dependency", fillcolor="#ffffff"];
				        legend_service -> legend_dependency [label="depends on"];
				        legend_optional -> legend_dependency [label="after", style=dashed];
				    }
				}
				""");
	}

	@Test
	void drawingWhenWideGoesFromLeftToRight() {
		this.services.required("database");
		for (int number = 0; number < 8; number++) {
			this.services.optional("client" + number, "database");
		}
		assertThat(DrawingFormat.MERMAID.draw(this.services.snapshots())).startsWith("flowchart TD\n")
			.contains("    classDef optional stroke-dasharray:5 3\n    class n1,n2,n3,n4,n5,n6,n7,n8 optional\n");
		assertThat(DrawingFormat.DOT.draw(this.services.snapshots())).doesNotContain("rankdir");
		this.services.required("client8", "database");
		assertThat(DrawingFormat.MERMAID.draw(this.services.snapshots())).startsWith("flowchart LR\n");
		assertThat(DrawingFormat.DOT.draw(this.services.snapshots())).contains("    rankdir=LR;\n");
	}

	@Test
	void mermaidWhenTooLargeForItsDefaultsSaysSo() {
		this.services.required("a").required("b");
		for (int number = 0; number < 250; number++) {
			this.services.required("c" + number, "a", "b");
		}
		assertThat(DrawingFormat.MERMAID.draw(this.services.snapshots())).doesNotContain("%%");
		this.services.required("d", "a");
		assertThat(DrawingFormat.MERMAID.draw(this.services.snapshots()))
			.endsWith("    %% Mermaid refuses more than 500 edges or 50000 characters: here are 501 edges. "
					+ "Set its maxEdges and maxTextSize, or ask for less with filter.\n");
	}

	@Test
	void mermaidEscapesNames() {
		this.services.required("a\"]:::x --> b#quot;<b>&`\n\tü\\");
		assertThat(DrawingFormat.MERMAID.draw(this.services.snapshots()).lines()).element(1)
			.isEqualTo("    n0[\"a#34;#93;#58;#58;#58;x --#62; b#35;quot#59;#60;b#62;#38;#96;<br/> ü#92;"
					+ "<br/>STOPPED\"]:::stopped");
	}

	@Test
	void dotEscapesNames() {
		this.services.required("a\"]; b -> c; \\N &amp; x\r\ny\n\tü\\");
		assertThat(DrawingFormat.DOT.draw(this.services.snapshots()).lines()).element(2)
			.isEqualTo(
					"    n0 [label=\"a\\\"]; b -> c; \\\\N &amp;amp; x\\ny\\n ü\\\\\\nSTOPPED\", fillcolor=\"#eceff1\"];");
	}

	@Test
	void ofWhenUnknownIsNull() {
		assertThat(DrawingFormat.of("dot")).isEqualTo(DrawingFormat.DOT);
		assertThat(DrawingFormat.of("svg")).isNull();
	}

	@Test
	void everyStateHasColorAndClass() {
		this.services.required("a");
		for (ServiceState state : ServiceState.values()) {
			this.services.move("a", state);
			String name = state.name().toLowerCase(Locale.ROOT);
			assertThat(DrawingFormat.MERMAID.draw(this.services.snapshots()))
				.contains("<br/>" + state + "\"]:::" + name + "\n")
				.contains("classDef " + name + " fill:#");
			assertThat(DrawingFormat.DOT.draw(this.services.snapshots())).contains("\\n" + state + "\", fillcolor=\"#");
		}
	}

	private void polls() {
		this.services.required("database")
			.required("cache")
			.add(new ServiceDescriptor("pollBook", true, Activation.ENABLED,
					List.of(new ServiceDependency("database", Kind.REQUIRED, "injection"),
							new ServiceDependency("cache", Kind.AFTER, "after"),
							new ServiceDependency("absent", Kind.AFTER, "after"))))
			.move("database", ServiceState.RUNNING)
			.move("cache", ServiceState.FAILED)
			.move("pollBook", ServiceState.WAITING);
	}

}
