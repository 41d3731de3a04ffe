// SPDX-License-Identifier: Apache-2.0
package io.managedservices

import java.time.Duration
import java.util.concurrent.BlockingQueue
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.aopalliance.intercept.MethodInterceptor
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.springframework.aop.framework.ProxyFactory
import org.springframework.beans.factory.ObjectProvider
import org.springframework.beans.factory.config.BeanPostProcessor
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.assertj.AssertableApplicationContext
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration

import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration
import io.managedservices.event.EventOrigin
import io.managedservices.event.OnServiceEvent
import io.managedservices.state.ServiceState
import io.managedservices.work.RestartNow
import io.managedservices.work.ServiceTask
import io.managedservices.work.Task
import io.managedservices.work.Worker
import io.managedservices.work.WorkerContext

/**
 * Tests for services whose functions suspend.
 */
internal class SuspendingServicesIntegrationTests {

	private val runner = ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration::class.java))

	private val told: BlockingQueue<String> = LinkedBlockingQueue()

	private fun run(type: Class<*>, test: (AssertableApplicationContext) -> Unit) {
		this.runner.withBean(Told::class.java, { Told(this.told) }).withUserConfiguration(type).run { test(it) }
	}

	private fun take(): String? = this.told.poll(20, TimeUnit.SECONDS)

	private fun services(context: AssertableApplicationContext) = context.getBean(ManagedServices::class.java)

	@Test
	fun functionsWhenTheySuspendAreWaitedFor() {
		run(Feed::class.java) { context ->
			assertThat(services(context).snapshot("feed").state()).isEqualTo(ServiceState.RUNNING)
			assertThat(take()).isEqualTo("started on its thread true")
			assertThat(listOf(take(), take(), take())).containsExactlyInAnyOrder("listens feed", "recounts feed", "hooked text feed")
			context.getBean(Feed::class.java).again()
			assertThat(take()).isEqualTo("recounts feed")
		}
		assertThat(listOf(take(), take())).containsExactly("listened", "stopped")
	}

	@Test
	fun workerWhenServiceStopsIsCancelledAndMayCleanUp() {
		run(CleansUp::class.java) { assertThat(take()).isEqualTo("begun") }
		assertThat(listOf(take(), take())).containsExactly("cleaned up", "stopped")
		assertThat(this.told).isEmpty()
	}

	@Test
	fun workerWhenItLaunchesIsInsideUntilAllHasEnded() {
		run(Launches::class.java) {
			assertThat(listOf(take(), take())).containsExactly("returns", "launched")
		}
	}

	@Test
	fun workerWhenItFailsIsRestarted() {
		run(Fails::class.java) { context ->
			assertThat(listOf(take(), take(), take(), take())).containsExactly("run 1", "run 2", "run 3", "run 4")
			await().until { services(context).work("fails").workers().isEmpty() }
			assertThat(services(context).work("fails").failures().map { it.cause().message })
				.anyMatch { "no votes" == it }
				.anyMatch { it!!.startsWith("Timed out") }
				.anyMatch { it!!.contains("has ended by a cancellation of its own") }
				.hasSize(3)
		}
	}

	@Test
	fun workerWhenItsBeanHasAProxyIsCalledThroughIt() {
		run(Proxies::class.java) {
			assertThat(listOf(take(), take())).containsExactly("through the proxy", "called true")
		}
	}

	@Test
	fun startWhenItHangsIsCancelledAtItsTimeout() {
		run(Hangs::class.java) { context ->
			assertThat(take()).isEqualTo("cancelled")
			assertThat(context).hasFailed()
			assertThat(context.startupFailure!!.cause).hasMessageContaining("The start of service 'hangs' did not return within")
		}
	}

	@Test
	fun functionOfInjectedValueWhenItSuspendsIsWaitedFor() {
		run(Scores::class.java) {
			assertThat(listOf(take(), take())).containsExactly("score 42", "no score")
		}
	}

	@Test
	fun functionWhenParametersAreWrongIsRefused() {
		run(Wrong::class.java) { context ->
			assertThat(context.startupFailure)
				.hasMessageContaining("has a method 'recount' as work with parameters [String]: expected none, or any of 'ServiceTask' and 'ServiceContext', each once")
		}
	}

	@Test
	fun classWhenNothingSaysThatItIsStartedIsRefused() {
		run(Unnamed::class.java) { context ->
			assertThat(context.startupFailure)
				.hasMessageContaining("has methods 'start' and 'stop', and nothing says")
		}
	}

	internal class Told(private val told: BlockingQueue<String>) {

		fun add(text: String) {
			this.told.add(text)
		}

	}

	@ManagedService(name = "feed", startMethod = "start", stopMethod = "stop")
	internal class Feed(private val told: Told) {

		@Volatile
		private var recount: ServiceTask? = null

		suspend fun start() {
			val thread = Thread.currentThread()
			delay(20)
			withContext(Dispatchers.IO) { delay(1) }
			this.told.add("started on its thread ${thread === Thread.currentThread()}")
		}

		suspend fun stop() {
			delay(20)
			this.told.add("stopped")
		}

		fun again() {
			this.recount!!.queue()
		}

		@Worker
		suspend fun listen(worker: WorkerContext, context: ServiceContext) {
			context.events().emit("text")
			this.told.add("listens ${context.name()}")
			while (!worker.isStopping) {
				delay(5)
			}
			this.told.add("listened")
		}

		@Task(fixedDelay = "10m", initialDelay = "0s")
		suspend fun recount(context: ServiceContext, task: ServiceTask) {
			this.recount = task
			delay(1)
			this.told.add("recounts ${context.name()}")
		}

		@OnServiceEvent
		suspend fun on(event: String, origin: EventOrigin) {
			delay(1)
			this.told.add("hooked $event ${origin.source()}")
		}

	}

	@ManagedService(name = "cleansUp", stopMethod = "stop")
	internal class CleansUp(private val told: Told) {

		@Worker
		suspend fun listen() {
			this.told.add("begun")
			try {
				awaitCancellation()
			}
			finally {
				withContext(NonCancellable) { delay(200) }
				this.told.add("cleaned up")
			}
		}

		suspend fun stop() {
			delay(1)
			this.told.add("stopped")
		}

	}

	@ManagedService(name = "launches")
	internal class Launches(private val told: Told) {

		@Worker
		suspend fun listen(worker: WorkerContext) {
			CoroutineScope(currentCoroutineContext()).launch {
				delay(50)
				told.add("launched")
			}
			this.told.add("returns")
		}

	}

	@ManagedService(name = "fails")
	internal class Fails(private val told: Told) {

		@Worker(delay = "1ms")
		suspend fun listen(worker: WorkerContext) {
			delay(1)
			this.told.add("run ${worker.attempt()}")
			when (worker.attempt()) {
				1 -> throw IllegalStateException("no votes")
				2 -> throw RestartNow("another configuration")
				3 -> withTimeout(5) { awaitCancellation() }
				else -> throw CancellationException("enough")
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	internal open class Proxies {

		@Bean
		open fun proxied(told: Told) = Proxied(told)

		companion object {

			@Bean
			@JvmStatic
			fun proxies(told: ObjectProvider<Told>) = object : BeanPostProcessor {

				override fun postProcessAfterInitialization(bean: Any, name: String): Any {
					if (bean !is Proxied) {
						return bean
					}
					val factory = ProxyFactory(bean)
					factory.isProxyTargetClass = true
					factory.addAdvice(MethodInterceptor { invocation ->
						if (invocation.method.name == "listen") {
							told.getObject().add("through the proxy")
						}
						invocation.proceed()
					})
					return factory.proxy
				}

			}

		}

	}

	@ManagedService(name = "proxied")
	internal open class Proxied(private val told: Told) {

		@Worker
		open suspend fun listen() {
			val before = this.told
			delay(1)
			this.told.add("called ${before === this.told}")
		}

	}

	@ManagedService(name = "hangs", startMethod = "start", startTimeout = "200ms", retry = Retry(maxRetries = 0))
	internal class Hangs(private val told: Told) {

		suspend fun start() {
			try {
				delay(Duration.ofHours(1).toMillis())
			}
			catch (ex: CancellationException) {
				this.told.add("cancelled")
				throw ex
			}
		}

	}

	internal interface Score {

		suspend fun of(poll: Long): Long

	}

	@Configuration(proxyBeanMethods = false)
	internal open class Scores {

		@Bean
		open fun board() = Board()

		@Bean
		open fun reader(score: Score, told: Told) = Reader(score, told)

	}

	@ManagedService(name = "board", provides = Score::class, injectable = true)
	internal open class Board : ServiceLifecycle {

		override fun start(context: ServiceContext) {
			context.provide(object : Score {

				override suspend fun of(poll: Long): Long {
					delay(1)
					check(poll > 0) { "no score" }
					return 2 * poll
				}

			})
		}

	}

	@ManagedService(name = "reader", dependsOn = ["board"])
	internal class Reader(private val score: Score, private val told: Told) {

		@Task(fixedDelay = "10m", initialDelay = "0s")
		suspend fun read() {
			this.told.add("score ${this.score.of(21)}")
			try {
				this.score.of(0)
			}
			catch (ex: IllegalStateException) {
				this.told.add(ex.message!!)
			}
		}

	}

	@ManagedService(name = "wrong")
	internal class Wrong {

		@Task(every = "1m")
		suspend fun recount(text: String) {
			delay(text.length.toLong())
		}

	}

	@ManagedService(name = "unnamed")
	internal class Unnamed {

		suspend fun start() {
			delay(1)
		}

		suspend fun stop() {
			delay(1)
		}

	}

}
