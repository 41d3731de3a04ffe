package io.managedservices;

import java.time.Clock;
import java.time.Instant;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the table of packages in {@code docs/architecture.md} to be true.
 */
class StructureTests {

	private static final JavaClasses MAIN = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.managedservices");

	private static final JavaClasses TESTS = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
		.importPackages("io.managedservices");

	private static final String[] READERS = { "..health..", "..metrics..", "..actuate.." };

	@Test
	void packagesHaveNoCycles() {
		slices().matching("(**)").should().beFreeOfCycles().check(MAIN);
	}

	@Test
	void graphAndEngineKnowNoSpringButItsRetryData() {
		DescribedPredicate<JavaClass> spring = JavaClass.Predicates.resideInAPackage("org.springframework..")
			.and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage("org.springframework.util.backoff",
					"org.springframework.core.retry")))
			.as("Spring but its retry data");
		noClasses().that()
			.resideInAnyPackage("..graph..", "..engine..")
			.should()
			.dependOnClassesThat(spring)
			.check(MAIN);
	}

	@Test
	void graphKnowsNothingOfTheEngine() {
		noClasses().that()
			.resideInAnyPackage("io.managedservices", "..graph..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("..engine..", "..context..")
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
			.resideInAnyPackage("io.managedservices.engine..", "io.managedservices.graph..",
					"io.managedservices.context..")
			.check(MAIN);
	}

	@Test
	void onlyTheReadersKnowWhatTheyWriteTo() {
		noClasses().that()
			.resideOutsideOfPackages("..metrics..", "..autoconfigure..")
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
		String[] seam = { "ThreadBackend", "AlarmClock", "ElasticExecutor", "ElasticExecutor$Worker" };
		DescribedPredicate<JavaClass> outside = DescribedPredicate.describe("outside the seam",
				(type) -> type.getPackageName().equals("io.managedservices.engine")
						&& !Set.of(seam).contains(type.getName().replaceFirst(".*\\.", "")));
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
			.check(MAIN);
	}

	@Test
	void nobodySleeps() {
		noClasses().should().callMethod(Thread.class, "sleep", long.class).check(MAIN);
		assertThat(TESTS).isNotEmpty();
		noClasses().should().callMethod(Thread.class, "sleep", long.class).check(TESTS);
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(MAIN.stream().map(JavaClass::getPackage).distinct()).isNotEmpty()
			.allMatch((each) -> each.isAnnotatedWith(NullMarked.class));
	}

}
