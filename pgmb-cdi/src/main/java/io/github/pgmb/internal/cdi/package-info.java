/**
 * The CDI face: discovers and validates handlers, wires, starts and stops the engine, reads settings, reports health.
 *
 * <ul>
 *   <li>Discovery: {@code PgmbExtension} collects into {@code Declarations}; a {@code Declaration} is checked by
 *       {@code HandlerName}, {@code DeclaredInterest}, {@code EventParameter} with {@code PayloadTypes},
 *       {@code EffectiveTransaction} and {@code Invocability}; {@code DeploymentErrors} reports all mistakes at once.
 *   <li>Delivery: {@code DeclaredHandler} becomes the engine's definition; {@code ObserverHandling} notifies the CDI
 *       observer; {@code JsonbPayloadMapper} reads and writes payloads.
 *   <li>Running: {@code PgmbInitializer} adds {@code WebModuleListener}, which tells {@code Lifecycle} of web modules;
 *       {@code Modules} starts the engine with the first of them, gives each its handlers by {@code ModuleHandlers}, and
 *       ends the engine with the last; {@code EngineFactory} wires; {@code SettingsReader} reads the configuration; {@code ReadyCheck}, {@code LiveCheck} and {@code StartedCheck}.
 *   <li>The container: {@code JndiDataSource}, {@code ContainerThreads}, {@code JtaTransactions}.
 * </ul>
 *
 * <p>May use all other packages of this module.
 */
@NullMarked
package io.github.pgmb.internal.cdi;

import org.jspecify.annotations.NullMarked;
