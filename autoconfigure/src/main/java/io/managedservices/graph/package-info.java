/**
 * The services as they were declared, and the immutable, validated graph of them.
 */
@NullMarked
package io.managedservices.graph;

import org.jspecify.annotations.NullMarked;
