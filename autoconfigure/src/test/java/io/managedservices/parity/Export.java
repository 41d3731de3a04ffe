// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names what a test shows the counterpart of: the code in the first cell of a row of
 * {@code docs/coming-from.md}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@interface Export {

	/**
	 * The exported functions and types.
	 * @return the names, as the page writes them
	 */
	String[] value();

}
