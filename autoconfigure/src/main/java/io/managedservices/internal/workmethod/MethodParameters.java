// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.managedservices.internal.bean.BeanMethod;

/**
 * The parameters of a method that is work: which of the things on offer each of them
 * takes. Immutable.
 *
 * @param types the types of the parameters, in order
 * @param offered the types of what is on offer: a method takes any of them, each at most
 * once and in any order
 */
record MethodParameters(List<Class<?>> types, List<Class<?>> offered) {

	static MethodParameters of(Method method, Class<?>... offered) {
		return new MethodParameters(BeanMethod.parameterTypes(method), List.of(offered));
	}

	/**
	 * Where the parameters are that take nothing of what is on offer.
	 * @return their places, in order
	 */
	List<Integer> others() {
		List<Integer> others = new ArrayList<>();
		for (int index = 0; index < this.types.size(); index++) {
			if (!this.offered.contains(this.types.get(index))) {
				others.add(index);
			}
		}
		return others;
	}

	/**
	 * Whether two parameters take the same of what is on offer.
	 * @return whether any is taken twice
	 */
	boolean isAnyTakenTwice() {
		return this.offered.stream().anyMatch((type) -> this.types.indexOf(type) != this.types.lastIndexOf(type));
	}

	/**
	 * The arguments for a call.
	 * @param things what is given, in the order in which it was offered, and last what
	 * all other parameters take, if there are any
	 * @return an argument for each parameter
	 */
	Object[] pick(Object... things) {
		return this.types.stream().map((type) -> {
			int place = this.offered.indexOf(type);
			return things[(place >= 0) ? place : things.length - 1];
		}).toArray();
	}

	/**
	 * What is on offer, for people.
	 * @return such as {@code 'WorkerContext' and 'ServiceContext'}
	 */
	String offer() {
		return this.offered.stream()
			.map((type) -> "'" + type.getSimpleName() + "'")
			.collect(Collectors.joining(" and "));
	}

	@Override
	public String toString() {
		return this.types.stream().map(Class::getSimpleName).toList().toString();
	}

}
