// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clock of one process, set forward or back by libfaketime. The clock that no
 * one sets is left alone. Used by one thread.
 *
 * @param library the file of libfaketime
 * @param offset the file that has the offset, which is read every second
 */
record FakeClock(Path library, Path offset) {

	private static final String LIBRARY = "faketime/libfaketime.so.1";

	/**
	 * Looks for the library where Debian and others install it.
	 * @return the library, if it is there
	 */
	static Optional<Path> find() {
		return Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
			.map((directory) -> Path.of(directory).resolve(LIBRARY))
			.filter(Files::exists)
			.findFirst();
	}

	void set(Duration difference) throws IOException {
		Path next = Files.writeString(this.offset.resolveSibling(this.offset.getFileName() + ".next"),
				"%+ds%n".formatted(difference.toSeconds()));
		Files.move(next, this.offset, StandardCopyOption.ATOMIC_MOVE);
	}

	// Without the last one Java does not wait at all where it should.
	Map<String, String> environment() {
		return Map.of("LD_PRELOAD", this.library.toString(), "FAKETIME_TIMESTAMP_FILE", this.offset.toString(),
				"FAKETIME_CACHE_DURATION", "1", "FAKETIME_DISABLE_SHM", "1", "FAKETIME_DONT_FAKE_MONOTONIC", "1",
				"FAKETIME_FORCE_MONOTONIC_FIX", "0");
	}

}
