// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;

import io.managedservices.internal.drawing.DrawingFormat;

/**
 * What a client accepts that names no format. Of several that it accepts Boot takes the
 * last one here: JSON, if there is any.
 */
enum Representation implements Producible<Representation> {

	/**
	 * A digraph of Graphviz.
	 */
	GRAPHVIZ(DrawingFormat.DOT),

	/**
	 * A flowchart of Mermaid.
	 */
	TEXT(DrawingFormat.MERMAID),

	/**
	 * JSON as Actuator version 2 has it.
	 */
	JSON_V2("application/vnd.spring-boot.actuator.v2+json"),

	/**
	 * JSON as Actuator version 3 has it.
	 */
	JSON_V3("application/vnd.spring-boot.actuator.v3+json"),

	/**
	 * Plain JSON.
	 */
	JSON("application/json");

	private final String mediaType;

	private final @Nullable DrawingFormat format;

	Representation(DrawingFormat format) {
		this.mediaType = format.mediaType();
		this.format = format;
	}

	Representation(String mediaType) {
		this.mediaType = mediaType;
		this.format = null;
	}

	@Override
	public MimeType getProducedMimeType() {
		return MimeType.valueOf(this.mediaType);
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
