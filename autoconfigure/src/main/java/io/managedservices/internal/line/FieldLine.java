// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.line;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes lines with fields by SLF4J, where that is there. Stateless.
 */
final class FieldLine {

	private FieldLine() {
	}

	static void write(String logger, String level, @Nullable String text, @Nullable Throwable failure,
			Map<String, Object> fields) {
		LoggingEventBuilder line = LoggerFactory.getLogger(logger).atLevel(Level.valueOf(level));
		for (Map.Entry<String, Object> field : fields.entrySet()) {
			line = line.addKeyValue(field.getKey(), field.getValue());
		}
		if (failure != null) {
			line = line.setCause(failure);
		}
		line.log(text);
	}

}
