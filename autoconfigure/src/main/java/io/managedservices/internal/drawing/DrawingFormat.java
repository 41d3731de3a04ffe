// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.util.MimeType;

import io.managedservices.monitor.ServiceSnapshot;

/**
 * How the graph can be drawn.
 */
public enum DrawingFormat {

	/**
	 * A flowchart of Mermaid.
	 */
	MERMAID("text/plain") {

		@Override
		public String draw(List<ServiceSnapshot> services) {
			return MermaidDrawing.of(services);
		}

	},

	/**
	 * A digraph of Graphviz.
	 */
	DOT("text/vnd.graphviz") {

		@Override
		public String draw(List<ServiceSnapshot> services) {
			return DotDrawing.of(services);
		}

	};

	private final String mediaType;

	DrawingFormat(String mediaType) {
		this.mediaType = mediaType;
	}

	/**
	 * The format of a name.
	 * @param name the name
	 * @return the format, or {@code null} if there is none of that name
	 */
	public static @Nullable DrawingFormat of(String name) {
		for (DrawingFormat format : values()) {
			if (format.name().equals(name.toUpperCase(Locale.ROOT))) {
				return format;
			}
		}
		return null;
	}

	/**
	 * What a client accepts that wants it.
	 * @return the media type, without the charset that it is written in
	 */
	public String mediaType() {
		return this.mediaType;
	}

	public MimeType mimeType() {
		return new MimeType(MimeType.valueOf(this.mediaType), StandardCharsets.UTF_8);
	}

	/**
	 * Draws services.
	 * @param services the services, dependencies before their dependents
	 * @return the drawing
	 */
	public abstract String draw(List<ServiceSnapshot> services);

}
