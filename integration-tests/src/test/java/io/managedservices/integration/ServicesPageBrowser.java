// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;

import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TakesScreenshot;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A real browser that looks at the page. For use by one thread.
 */
final class ServicesPageBrowser implements AutoCloseable {

	private static final Path BROWSER = Path.of("/usr/bin/chromium");

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final ChromeDriver driver;

	ServicesPageBrowser() {
		LoggingPreferences logging = new LoggingPreferences();
		logging.enable(LogType.BROWSER, Level.ALL);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(BROWSER.toFile());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
				"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
				"--disable-sync", "--window-size=1400,900");
		options.setCapability("goog:loggingPrefs", logging);
		this.driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
				options);
	}

	static boolean isThere() {
		return Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER);
	}

	void open(String url) {
		// Another fragment alone would not load it again.
		this.driver.get("about:blank");
		messages();
		this.driver.get(url);
	}

	void resize(int width, int height) {
		this.driver.manage().window().setSize(new Dimension(width, height));
	}

	/**
	 * Shows the page as a screen of another size does.
	 * @param width the width of the screen
	 * @param height the height of the screen
	 */
	void screen(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	void resetScreen() {
		this.driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
	}

	/**
	 * Shows the page as it is seen elsewhere.
	 * @param media {@code print}, or empty for the screen
	 * @param scheme {@code dark} or {@code light}
	 */
	void media(String media, String scheme) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("media", media, "features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	/**
	 * Prints the page.
	 * @return the document, in PDF
	 */
	byte[] print() {
		return Base64.getDecoder()
			.decode(String.valueOf(this.driver.executeCdpCommand("Page.printToPDF", Map.of()).get("data")));
	}

	/**
	 * Waits until a script answers with a number.
	 * @param script the script
	 * @return the number
	 */
	double awaitNumber(String script) {
		return new WebDriverWait(this.driver, LIMIT).until((browser) -> {
			Object number = script(script);
			return (number instanceof Number known) ? known.doubleValue() : null;
		});
	}

	/**
	 * Waits until an element says something.
	 * @param selector the element
	 * @param text a part of what it says
	 */
	void await(String selector, String text) {
		new WebDriverWait(this.driver, LIMIT).ignoring(StaleElementReferenceException.class)
			.withMessage(() -> "'%s' to say '%s', and it says '%s'. The browser says %s".formatted(selector, text,
					text(selector), messages()))
			.until((browser) -> text(selector).contains(text));
	}

	String text(String selector) {
		return String.valueOf(script(
				"return [...document.querySelectorAll(arguments[0])].map(e => e.textContent).join('\\n')", selector));
	}

	int count(String selector) {
		return this.driver.findElements(By.cssSelector(selector)).size();
	}

	boolean isShown(String selector) {
		List<WebElement> found = this.driver.findElements(By.cssSelector(selector));
		return !found.isEmpty() && found.get(0).isDisplayed();
	}

	Object script(String script, Object... arguments) {
		return ((JavascriptExecutor) this.driver).executeScript(script, arguments);
	}

	/**
	 * Clicks an element, which may be made anew at any moment, by what it says.
	 * @param selector the elements
	 * @param text all that it says
	 */
	void click(String selector, String text) {
		new WebDriverWait(this.driver, LIMIT).ignoring(StaleElementReferenceException.class)
			.withMessage(() -> "an element '%s' that says '%s'".formatted(selector, text))
			.until((browser) -> {
				for (WebElement element : browser.findElements(By.cssSelector(selector))) {
					if (element.getText().equals(text)) {
						element.click();
						return true;
					}
				}
				return false;
			});
	}

	void type(CharSequence... keys) {
		this.driver.switchTo().activeElement().sendKeys(keys);
	}

	void press(Keys key) {
		this.driver.findElement(By.tagName("body")).sendKeys(key);
	}

	String address() {
		return String.valueOf(this.driver.getCurrentUrl());
	}

	/**
	 * What the browser complains of since it was asked last: errors of scripts,
	 * violations of the policy, requests that fail.
	 * @return the messages
	 */
	List<String> messages() {
		return this.driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage).toList();
	}

	void screenshot(String name) {
		try {
			Files.createDirectories(Path.of("target"));
			Files.write(Path.of("target", name + ".png"),
					((TakesScreenshot) this.driver).getScreenshotAs(OutputType.BYTES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
