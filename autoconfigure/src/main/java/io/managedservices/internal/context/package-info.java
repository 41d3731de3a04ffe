/**
 * The Spring side: finds services among the beans of a context, and starts and stops them
 * with it.
 */
@NullMarked
package io.managedservices.internal.context;

import org.jspecify.annotations.NullMarked;
