/**
 * What users test their services with.
 */
@NullMarked
package io.managedservices.test;

import org.jspecify.annotations.NullMarked;
