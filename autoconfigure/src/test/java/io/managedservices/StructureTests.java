// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.kagkarlsson.scheduler.jdbc.AutodetectJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the table of packages in {@code docs/architecture.md} to be true.
 */
class StructureTests {

	private static final JavaClasses MAIN = new ClassFileImporter().withImportOption((location) -> !isOfTests(location))
		.importPackages("io.managedservices");

	private static final JavaClasses TESTS = new ClassFileImporter().withImportOption(StructureTests::isOfTests)
		.importPackages("io.managedservices");

	private static final long LARGE_ROOM = 17;

	private static final int LARGE_KNOT = 12;

	private static final int LARGE_RECORD = 6;

	/** What users write against. */
	private static final Set<String> PUBLISHED = Stream
		.of("", ".state", ".work", ".event", ".monitor", ".item", ".item.jdbc", ".test", ".lease", ".observation")
		.map("io.managedservices"::concat)
		.collect(Collectors.toSet());

	/** The seam to the outside, and what all rooms have in common. */
	private static final String[] SEAM = Stream.of("line", "time", "call", "concurrent")
		.map("io.managedservices.internal."::concat)
		.toArray(String[]::new);

	private static final Set<String> DOCUMENTED_OF_DB_SCHEDULER = Set.of("Scheduler", "SchedulerBuilder",
			"SchedulerName", "Fixed", "Hostname", "Clock", "LogLevel", "Tasks", "TaskBuilder", "Task", "CustomTask",
			"TaskInstance", "ExecutionHandler", "ExecutionContext", "DeadExecutionHandler", "CompletionHandler",
			"OnCompleteRemove", "Execution", "ExecutionComplete", "ExecutionOperations", "JdbcCustomization",
			"AutodetectJdbcCustomization", "JdbcTaskRepositoryContext");

	private static final String[] READERS = { "..health..", "..metrics..", "..actuate.." };

	/**
	 * What makes and runs the graph: beans, discovery, the life in Spring, the engine.
	 */
	private static final String[] INSIDE = Stream
		.of("declare", "bean", "configure", "workmethod", "listener", "discovery", "inject", "lifecycle", "log",
				"engine", "graph")
		.map((room) -> "io.managedservices.internal." + room + "..")
		.toArray(String[]::new);

	// Tests lie where this class does, whichever tool has compiled them.
	private static boolean isOfTests(Location location) {
		return location.asURI()
			.toString()
			.contains(StructureTests.class.getProtectionDomain().getCodeSource().getLocation().getPath());
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("(**)").should().beFreeOfCycles().check(MAIN);
	}

	/**
	 * What users write against is open; what is below {@code internal} may change.
	 */
	@Test
	void wordsOfTheApiDependOnEachOtherInOneDirection() {
		noClasses().that()
			.resideInAPackage("io.managedservices.state")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(api("work", "event", "monitor"))
			.check(MAIN);
		noClasses().that()
			.resideInAPackage("io.managedservices.work")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(api("event", "monitor"))
			.check(MAIN);
		noClasses().that()
			.resideInAnyPackage(api("state", "work", "event", "monitor"))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.managedservices")
			.check(MAIN);
	}

	private static String[] api(String... packages) {
		return Stream.of(packages).map("io.managedservices."::concat).toArray(String[]::new);
	}

	/**
	 * One that has many in a row cannot grow: who makes one would have to be changed.
	 */
	@Test
	void recordsOfTheApiAreSmall() {
		List<JavaClass> records = MAIN.stream()
			.filter((type) -> type.isRecord() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.filter((type) -> PUBLISHED.contains(type.getPackageName()))
			.toList();
		assertThat(records).hasSizeGreaterThan(30)
			.allSatisfy((type) -> assertThat(type.reflect().getRecordComponents()).as(type.getName())
				.hasSizeLessThanOrEqualTo(LARGE_RECORD));
	}

	@Test
	void wiringCallsEachRoomForEachEventThatItNeeds() {
		String kernel = "io.managedservices.internal.engine.kernel.Aspect";
		Set<String> called = MAIN.get("io.managedservices.internal.engine.Wiring")
			.getMethodCallsFromSelf()
			.stream()
			.map((call) -> call.getTargetOwner().getSimpleName() + "." + call.getName())
			.collect(Collectors.toSet());
		List<String> expected = MAIN.stream()
			.filter((type) -> !type.isInterface() && !type.isAssignableTo(kernel + "$All"))
			.flatMap((room) -> room.getAllRawInterfaces()
				.stream()
				.filter((event) -> event.getName().startsWith(kernel + "$"))
				.flatMap((event) -> event.getMethods().stream().map((method) -> method.getName()))
				.filter((name) -> room.getMethods().stream().anyMatch((own) -> own.getName().equals(name)))
				.map((name) -> room.getSimpleName() + "." + name))
			.toList();
		assertThat(expected).hasSizeGreaterThan(30);
		assertThat(called).containsAll(expected);
	}

	@Test
	void noTwoTypesShareTheirName() {
		assertThat(MAIN.stream()
			.filter(JavaClass::isTopLevelClass)
			.map(JavaClass::getSimpleName)
			.filter((name) -> !name.equals("package-info"))).isNotEmpty().doesNotHaveDuplicates();
	}

	@Test
	void engineKnowsNoSpringButItsRetryDataAndTypes() {
		noClasses().that()
			.resideInAnyPackage("..engine..")
			.should()
			.dependOnClassesThat(springBut("org.springframework.util.backoff", "org.springframework.core.retry",
					"org.springframework.core"))
			.check(MAIN);
	}

	/**
	 * The settings of services are what is bound.
	 */
	@Test
	void graphKnowsNoSpringButItsTypesAndTheAnnotationsOfSettings() {
		noClasses().that()
			.resideInAnyPackage("..graph..")
			.should()
			.dependOnClassesThat(springBut("org.springframework.core", "org.springframework.boot.context.properties",
					"org.springframework.boot.context.properties.bind"))
			.check(MAIN);
	}

	@Test
	void workKnowsNoSpringButItsCronExpressionsAndTypes() {
		noClasses().that()
			.resideInAnyPackage("io.managedservices.internal.work..")
			.or()
			.resideInAnyPackage(SEAM)
			.should()
			.dependOnClassesThat(springBut("org.springframework.scheduling.support", "org.springframework.core"))
			.check(MAIN);
	}

	/**
	 * What the documentation of db-scheduler tells users to use: its builder, with a
	 * customization for the database, custom tasks, and what their handlers are given.
	 * Any 16.x has to do.
	 */
	@Test
	void itemsUseOfDbSchedulerWhatItsDocumentationTellsUsersToUse() {
		DescribedPredicate<JavaClass> theirs = JavaClass.Predicates.resideInAPackage("com.github.kagkarlsson..");
		noClasses().should()
			.dependOnClassesThat(theirs.and(DescribedPredicate.not(DescribedPredicate.describe("documented",
					(type) -> DOCUMENTED_OF_DB_SCHEDULER.contains(type.getSimpleName())))))
			.check(MAIN);
		noClasses().that()
			.resideOutsideOfPackages("io.managedservices.internal.item.jdbc", "io.managedservices.autoconfigure.item")
			.should()
			.dependOnClassesThat(theirs)
			.check(MAIN);
		noClasses().should()
			.beAssignableTo(theirs.and(JavaClass.Predicates.type(AutodetectJdbcCustomization.class).negate())
				.and(JavaClass.Predicates.type(JdbcCustomization.class).negate()))
			.check(MAIN);
		noClasses().should(new ArchCondition<>("call what is protected of db-scheduler") {
			@Override
			public void check(JavaClass type, ConditionEvents events) {
				type.getAccessesFromSelf()
					.stream()
					.filter((access) -> theirs.test(access.getTargetOwner()))
					.filter((access) -> access.getTarget()
						.resolveMember()
						.filter((member) -> member.getModifiers().contains(JavaModifier.PROTECTED))
						.isPresent())
					.forEach((access) -> events.add(SimpleConditionEvent.satisfied(type, access.getDescription())));
			}
		}).check(MAIN);
	}

	private static DescribedPredicate<JavaClass> springBut(String... packages) {
		return JavaClass.Predicates.resideInAPackage("org.springframework..")
			.and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(packages)))
			.as("Spring but " + String.join(", ", packages));
	}

	@Test
	void seamKnowsNothingOfOurs() {
		noClasses().that()
			.resideInAnyPackage(SEAM)
			.should()
			.dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.managedservices..")
				.and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(SEAM))))
			.check(MAIN);
	}

	@Test
	void onlyTheAutoConfigurationKnowsHowWorkIsDone() {
		noClasses().that()
			.resideOutsideOfPackages("io.managedservices.internal.work..", "..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.managedservices.internal.work..")
			.check(MAIN);
	}

	@Test
	void kindsOfWorkKnowTheCoreAndNotEachOther() {
		Stream.of("core", "worker", "task", "microtask", "ticker", "event")
			.map("io.managedservices.internal.work."::concat)
			.forEach((room) -> noClasses().that()
				.resideInAPackage(room)
				.should()
				.dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.managedservices.internal.work..")
					.and(DescribedPredicate
						.not(JavaClass.Predicates.resideInAnyPackage(room, "io.managedservices.internal.work.core"))))
				.check(MAIN));
	}

	@Test
	void onlyTheAutoConfigurationKnowsHowItemsAreShared() {
		noClasses().that()
			.resideOutsideOfPackages("..item.jdbc", "..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("..item.jdbc", "com.github.kagkarlsson..")
			.check(MAIN);
	}

	@Test
	void onlyTheStoreOfLeasesKnowsShedLock() {
		noClasses().that()
			.resideOutsideOfPackages("io.managedservices.internal.lease.shedlock",
					"io.managedservices.autoconfigure.lease")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("net.javacrumbs..")
			.check(MAIN);
	}

	@Test
	void simulatedTimeKnowsTheSeamOnly() {
		noClasses().that()
			.resideInAPackage("io.managedservices.test")
			.and()
			.haveSimpleNameStartingWith("Simulated")
			.should()
			.dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.managedservices..")
				.and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("io.managedservices.test")))
				.and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(SEAM))))
			.check(MAIN);
	}

	/**
	 * None of them has to be on the class path.
	 */
	@Test
	void onlyListenersKnowTheLibrariesForMessages() {
		noClasses().that()
			.resideOutsideOfPackages("io.managedservices.internal.listener", "io.managedservices.internal.bean",
					"io.managedservices.autoconfigure.listener")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.jms..", "org.springframework.kafka..",
					"org.springframework.amqp..")
			.check(MAIN);
	}

	@Test
	void testKitKnowsHowServicesAreDeclaredAndNotHowTheyRun() {
		noClasses().that()
			.resideInAPackage("io.managedservices.test")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(Stream.of(INSIDE)
				.filter((each) -> !each.endsWith(".declare..") && !each.endsWith(".graph.."))
				.toArray(String[]::new))
			.orShould()
			.dependOnClassesThat()
			.resideInAnyPackage(READERS)
			.check(MAIN);
	}

	@Test
	void onlyTestsNeedTheTestKit() {
		noClasses().that()
			.resideOutsideOfPackage("io.managedservices.test")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.managedservices.test", "org.assertj..", "org.springframework.boot.test..",
					"org.springframework.test..")
			.check(MAIN);
	}

	@Test
	void graphKnowsNothingOfTheEngine() {
		noClasses().that()
			.resideInAnyPackage("..graph..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(Stream.of(INSIDE).filter((each) -> !each.endsWith(".graph..")).toArray(String[]::new))
			.check(MAIN);
	}

	@Test
	void nobodyKnowsTheAutoConfiguration() {
		noClasses().that()
			.resideOutsideOfPackage("..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.managedservices.autoconfigure..")
			.check(MAIN);
	}

	@Test
	void readersSeeTheFacadeOnly() {
		noClasses().that()
			.resideInAnyPackage(READERS)
			.and()
			.resideOutsideOfPackage("..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(INSIDE)
			.check(MAIN);
	}

	@Test
	void onlyTheReadersKnowWhatTheyWriteTo() {
		noClasses().that()
			.resideOutsideOfPackages("..metrics..", "..observation..", "..observe..", "..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer..")
			.check(MAIN);
		noClasses().that()
			.resideOutsideOfPackages("..health..", "..actuate..", "..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..")
			.check(MAIN);
	}

	@Test
	void timeAndThreadsComeThroughTheSeam() {
		Set<String> seam = Set.of("ThreadBackend", "ThreadSource", "PoolThread", "ThreadPool$Worker", "LastResort",
				"SimulatedTime", "SimulatedThreads$CountedThread");
		// What ends a process although the seam has failed, a clock that users may
		// replace,
		// and what waits for others, who are in real time.
		Set<String> real = Set.of("ApplicationExit", "ExitWatch", "CloseGuard", "KeepAlive", "SqlItems",
				"StatementRetry", "HealthQuery$Query");
		DescribedPredicate<JavaClass> outside = DescribedPredicate.describe("outside the seam",
				(type) -> Stream.of(seam, real)
					.noneMatch((names) -> names.contains(type.getName().replaceFirst(".*\\.", ""))));
		noClasses().that(outside)
			.should()
			.callMethod(System.class, "nanoTime")
			.orShould()
			.callMethod(System.class, "currentTimeMillis")
			.orShould()
			.callMethod(Instant.class, "now")
			.orShould()
			.callMethod(Clock.class, "systemUTC")
			.orShould()
			.callConstructor(Thread.class, Runnable.class)
			.orShould()
			.callConstructor(Thread.class, Runnable.class, String.class)
			.orShould()
			.callConstructor(Thread.class, ThreadGroup.class, Runnable.class, String.class, long.class, boolean.class)
			.check(MAIN);
	}

	@Test
	void allIsLoggedThroughTheLogThatKeepsLinesApart() {
		noClasses().that()
			.doNotHaveFullyQualifiedName("io.managedservices.internal.line.LineLog")
			.should()
			.dependOnClassesThat()
			.haveFullyQualifiedName("org.apache.commons.logging.LogFactory")
			.check(MAIN);
	}

	@Test
	void nobodySleeps() {
		noClasses().should().callMethod(Thread.class, "sleep", long.class).check(MAIN);
		assertThat(TESTS).isNotEmpty();
		noClasses().should().callMethod(Thread.class, "sleep", long.class).check(TESTS);
	}

	@Test
	void nobodyUsesTheCommonPool() {
		DescribedPredicate<JavaMethodCall> withoutExecutor = DescribedPredicate.describe("without an executor",
				(call) -> call.getTargetOwner().isAssignableTo(CompletionStage.class)
						&& call.getName().endsWith("Async")
						&& call.getTarget()
							.getRawParameterTypes()
							.stream()
							.noneMatch((type) -> type.isEquivalentTo(Executor.class)));
		noClasses().should().callMethodWhere(withoutExecutor).check(MAIN);
		noClasses().should().callMethodWhere(withoutExecutor).check(TESTS);
	}

	/**
	 * A room is a package.
	 */
	@Test
	void roomsAreSmall() {
		Map<String, Long> sizes = MAIN.stream()
			.filter(StructureTests::isInhabitant)
			.collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
		assertThat(sizes).hasSizeGreaterThan(30)
			.allSatisfy((room, size) -> assertThat(size).as("classes in " + room).isLessThanOrEqualTo(LARGE_ROOM));
	}

	/**
	 * A knot is a group of classes of a room that all reach each other.
	 */
	@Test
	void knotsAreSmall() {
		Map<String, List<JavaClass>> rooms = MAIN.stream()
			.filter(StructureTests::isInhabitant)
			.collect(Collectors.groupingBy(JavaClass::getPackageName));
		assertThat(rooms).hasSizeGreaterThan(30)
			.allSatisfy((room, classes) -> assertThat(largestKnot(classes)).as("largest knot in " + room)
				.isLessThanOrEqualTo(LARGE_KNOT));
	}

	private static boolean isInhabitant(JavaClass type) {
		return type.isTopLevelClass() && !type.getSimpleName().equals("package-info");
	}

	private static int largestKnot(List<JavaClass> classes) {
		int size = classes.size();
		boolean[][] reaches = new boolean[size][size];
		for (JavaClass type : MAIN) {
			int from = classes.indexOf(outermost(type));
			if (from >= 0) {
				for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
					int to = classes.indexOf(outermost(dependency.getTargetClass()));
					if (to >= 0) {
						reaches[from][to] = true;
					}
				}
			}
		}
		// S. Warshall's algorithm.
		for (int over = 0; over < size; over++) {
			for (int from = 0; from < size; from++) {
				for (int to = 0; to < size; to++) {
					reaches[from][to] |= reaches[from][over] && reaches[over][to];
				}
			}
		}
		int largest = 1;
		for (int one = 0; one < size; one++) {
			int mutual = 1;
			for (int other = 0; other < size; other++) {
				mutual += (other != one && reaches[one][other] && reaches[other][one]) ? 1 : 0;
			}
			largest = Math.max(largest, mutual);
		}
		return largest;
	}

	private static JavaClass outermost(JavaClass type) {
		JavaClass current = type;
		while (current.getEnclosingClass().isPresent()) {
			current = current.getEnclosingClass().get();
		}
		return current;
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(MAIN.stream().map(JavaClass::getPackage).distinct()).isNotEmpty()
			.allMatch((each) -> each.isAnnotatedWith(NullMarked.class));
	}

}
