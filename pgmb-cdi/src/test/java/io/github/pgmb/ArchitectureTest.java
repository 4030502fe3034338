package io.github.pgmb;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** The arrows between packages point down, nothing is shared between deployments, and each package has its map. */
@AnalyzeClasses(
        packages = "io.github.pgmb",
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestPostgres.class})
class ArchitectureTest {

    /** The module that runs PostgreSQL for tests shares the root package. */
    static final class DoNotIncludeTestPostgres implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("io/github/pgmb/test/");
        }
    }

    @ArchTest
    static final ArchRule arrows_point_down = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("root")
            .definedBy("io.github.pgmb")
            .layer("spi")
            .definedBy("io.github.pgmb.spi")
            .layer("db")
            .definedBy("io.github.pgmb.internal.db")
            .layer("engine")
            .definedBy("io.github.pgmb.internal.engine")
            .layer("cdi")
            .definedBy("io.github.pgmb.internal.cdi")
            .whereLayer("cdi")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("cdi")
            .whereLayer("db")
            .mayOnlyBeAccessedByLayers("engine", "cdi")
            .whereLayer("spi")
            .mayOnlyBeAccessedByLayers("db", "engine", "cdi")
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.github.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule the_engine_needs_no_container = noClasses()
            .that()
            .resideInAnyPackage("io.github.pgmb.internal.engine..", "io.github.pgmb.internal.db..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta.enterprise..",
                    "jakarta.ws..",
                    "jakarta.inject..",
                    "jakarta.transaction..",
                    "jakarta.servlet..",
                    "jakarta.ejb..",
                    "org.eclipse.microprofile..");

    @ArchTest
    static final ArchRule one_package_knows_jdbc = noClasses()
            .that()
            .resideInAnyPackage("io.github.pgmb", "io.github.pgmb.internal.cdi..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.postgresql..");

    @ArchTest
    static final ArchRule only_health_checks_link_the_health_api = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Check")
            .and()
            .doNotHaveSimpleName("HealthReport")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.microprofile.health..");

    @ArchTest
    static final ArchRule static_fields_do_not_change = fields().that()
            .areStatic()
            .should(beFinal())
            .andShould(holdNothingMutable())
            .because("several deployments may share this library");

    @ArchTest
    static void each_package_has_its_map(JavaClasses classes) {
        assertThat(classes.stream().map(type -> type.getPackage().getName()).distinct())
                .allSatisfy(name -> assertThat(classes.getPackage(name).tryGetPackageInfo())
                        .as(name)
                        .hasValueSatisfying(info -> assertThat(info.isAnnotatedWith(NullMarked.class))
                                .isTrue()));
    }

    private static ArchCondition<JavaField> beFinal() {
        return condition("be final", field -> field.getModifiers().contains(JavaModifier.FINAL));
    }

    /** Collections are accepted if they refuse a change; anything that exists to be changed is not. */
    private static ArchCondition<JavaField> holdNothingMutable() {
        return condition("hold nothing mutable", field -> {
            var type = field.getRawType();
            var changes = type.getPackageName().startsWith("java.util.concurrent")
                    || type.isEquivalentTo(ThreadLocal.class)
                    || type.isEquivalentTo(StringBuilder.class);
            var container = type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
            return !changes && (!container || isImmutable(field.reflect()));
        });
    }

    private static boolean isImmutable(Field field) {
        try {
            field.setAccessible(true);
            return field.get(null).getClass().getName().startsWith("java.util.ImmutableCollections");
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ArchCondition<JavaField> condition(String description, Predicate<JavaField> holds) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                if (!holds.test(field)) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " does not " + description));
                }
            }
        };
    }
}
