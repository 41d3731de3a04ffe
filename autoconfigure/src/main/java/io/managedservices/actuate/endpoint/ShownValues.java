// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;

import io.managedservices.internal.sanitize.TextSanitizer;

/**
 * Whom texts of others are shown, as Boot decides it for the values of properties. Safe
 * for use by several threads if the functions are.
 *
 * @since 0.1.0
 */
public final class ShownValues {

	/**
	 * Texts of others are shown to nobody.
	 */
	public static final ShownValues NONE = new ShownValues(Show.NEVER, Set.of(), List.of());

	private final Show show;

	private final Set<String> roles;

	private final TextSanitizer showing;

	/**
	 * Create it.
	 * @param show when to show texts of others
	 * @param roles who is authorized, everybody who is authenticated if empty
	 * @param functions what is done to texts that are shown, the first that changes one
	 * is the last
	 */
	public ShownValues(Show show, Set<String> roles, List<SanitizingFunction> functions) {
		Sanitizer sanitizer = new Sanitizer(List.copyOf(functions));
		this.show = show;
		this.roles = Set.copyOf(roles);
		this.showing = TextSanitizer.showing((key, value) -> String
			.valueOf(Objects.requireNonNull(sanitizer.sanitize(new SanitizableData(null, key, value), true))));
	}

	/**
	 * What is shown where nobody knows who asks.
	 * @return a sanitizer that shows texts only if they are always shown
	 */
	public TextSanitizer toAnyone() {
		return sanitizer(this.show == Show.ALWAYS);
	}

	/**
	 * What is shown to who can ask without a request, over JMX.
	 * @return a sanitizer that takes who asks for authorized, as Boot does
	 */
	TextSanitizer toOperator() {
		return sanitizer(this.show.isShown(true));
	}

	/**
	 * What is shown to who has sent a request.
	 * @param caller who asks
	 * @return the sanitizer
	 */
	TextSanitizer to(SecurityContext caller) {
		return sanitizer(this.show.isShown(caller, this.roles));
	}

	private TextSanitizer sanitizer(boolean shown) {
		return shown ? this.showing : TextSanitizer.HIDING;
	}

}
