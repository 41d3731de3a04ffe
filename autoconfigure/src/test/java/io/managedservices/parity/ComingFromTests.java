// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code docs/coming-from.md}: each row of its tables has a test, its examples
 * compile and are as long as it says.
 */
class ComingFromTests {

	private static final Path PAGE = Path.of("../docs/coming-from.md");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	private static final Pattern LENGTHS = Pattern.compile("has (\\d+) lines, this one (\\d+):\n\n```java\n(.*?)```",
			Pattern.DOTALL);

	private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private static final String IMPORTS = """
			import java.time.*;
			import java.util.*;
			import java.util.concurrent.*;
			import javax.sql.DataSource;
			import org.springframework.boot.SpringApplication;
			import org.springframework.boot.autoconfigure.SpringBootApplication;
			import org.springframework.context.annotation.*;
			import org.springframework.context.event.EventListener;
			import io.managedservices.*;
			import io.managedservices.event.*;
			import io.managedservices.item.*;
			import io.managedservices.item.jdbc.*;
			import io.managedservices.state.*;
			import io.managedservices.work.*;
			""";

	private static final String TYPES = """
			record Cache(String address) implements ServiceLifecycle {
			}
			record PollClosed(long id) {
			}
			record RoundEnded(long poll) {
			}
			record ConfigChanged() {
			}
			record Settings() {
				static Settings read() {
					return new Settings();
				}
			}
			""";

	static Stream<Class<?>> suites() {
		return Stream.of(SpringParityTests.class, BandMasterParityTests.class, ChainlinkParityTests.class,
				PortbaseParityTests.class, GrafovParityTests.class, IteroParityTests.class);
	}

	@ParameterizedTest
	@MethodSource("suites")
	void rowsWhenSystemIsDescribedHaveTheirTests(Class<?> suite) throws IOException {
		assertThat(tested(suite)).isNotEmpty().isEqualTo(described().get(suite));
	}

	private static Set<String> tested(Class<?> suite) {
		Set<String> tested = new TreeSet<>();
		Stream.of(suite.getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(Export.class))
			.forEach((method) -> tested.addAll(List.of(method.getAnnotation(Export.class).value())));
		return tested;
	}

	/**
	 * Returns the code in the first cells of the tables that begin with "there".
	 * @return the code of each suite
	 */
	private static Map<Class<?>, Set<String>> described() throws IOException {
		Map<Class<?>, Set<String>> described = new LinkedHashMap<>();
		Class<?> suite = SpringParityTests.class;
		boolean table = false;
		for (String line : Files.readAllLines(PAGE)) {
			if (line.startsWith("## ")) {
				suite = suite(line.substring(3));
			}
			table = line.startsWith("| there |") || (table && line.startsWith("|"));
			if (table) {
				Matcher code = CODE.matcher(line.split("\\|")[1]);
				while (code.find()) {
					described.computeIfAbsent(suite, (key) -> new TreeSet<>()).add(code.group(1));
				}
			}
		}
		return described;
	}

	private static Class<?> suite(String heading) {
		return switch (heading) {
			case "BandMaster" -> BandMasterParityTests.class;
			case "Chainlink" -> ChainlinkParityTests.class;
			case "Portbase" -> PortbaseParityTests.class;
			case "grafov/service" -> GrafovParityTests.class;
			case "Itero" -> IteroParityTests.class;
			default -> SpringParityTests.class;
		};
	}

	@Test
	void examplesWhenTheirLengthIsGivenAreNoLongerThanTheirs() throws IOException {
		Matcher example = LENGTHS.matcher(Files.readString(PAGE));
		int count = 0;
		while (example.find()) {
			long lines = example.group(3).lines().filter((line) -> !line.isBlank()).count();
			assertThat(lines).as(example.group()).isEqualTo(Long.parseLong(example.group(2)));
			assertThat(lines).isLessThan(Long.parseLong(example.group(1)));
			count++;
		}
		assertThat(count).isEqualTo(4);
	}

	@Test
	void examplesCompile(@TempDir Path directory) throws IOException {
		List<JavaFileObject> sources = new ArrayList<>();
		Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
		while (example.find()) {
			String name = "example" + sources.size();
			sources.add(new Source(name, "package %s;\n%s%s%s".formatted(name, IMPORTS, example.group(1), TYPES)));
		}
		StringWriter output = new StringWriter();
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		assertThat(
				compiler.getTask(output, null, null, List.of("-proc:none", "-d", directory.toString()), null, sources)
					.call())
			.as(output.toString())
			.isTrue();
		assertThat(sources).hasSizeGreaterThan(8);
	}

	/**
	 * The source of an example.
	 */
	private static final class Source extends SimpleJavaFileObject {

		private final String content;

		Source(String name, String content) {
			super(URI.create("string:///" + name + "/Example.java"), Kind.SOURCE);
			this.content = content;
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.content;
		}

	}

}
