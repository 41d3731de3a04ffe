package io.managedservices.actuate.endpoint;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;

/**
 * What a client accepts that names no format. Of several that it accepts Boot takes the
 * last one here: JSON, if there is any.
 */
enum Representation implements Producible<Representation> {

	/**
	 * A digraph of Graphviz.
	 */
	GRAPHVIZ(new MimeType("text", "vnd.graphviz", StandardCharsets.UTF_8), DrawingFormat.DOT),

	/**
	 * A flowchart of Mermaid.
	 */
	TEXT(new MimeType("text", "plain", StandardCharsets.UTF_8), DrawingFormat.MERMAID),

	/**
	 * JSON as Actuator version 2 has it.
	 */
	JSON_V2(MimeType.valueOf("application/vnd.spring-boot.actuator.v2+json"), null),

	/**
	 * JSON as Actuator version 3 has it.
	 */
	JSON_V3(MimeType.valueOf("application/vnd.spring-boot.actuator.v3+json"), null),

	/**
	 * Plain JSON.
	 */
	JSON(MimeType.valueOf("application/json"), null);

	private final MimeType mimeType;

	private final @Nullable DrawingFormat format;

	Representation(MimeType mimeType, @Nullable DrawingFormat format) {
		this.mimeType = mimeType;
		this.format = format;
	}

	@Override
	public MimeType getProducedMimeType() {
		return this.mimeType;
	}

	@Override
	public boolean isDefault() {
		return this == JSON_V3;
	}

	/**
	 * How the graph is drawn.
	 * @return the format, or {@code null} if it is JSON
	 */
	@Nullable DrawingFormat format() {
		return this.format;
	}

}
