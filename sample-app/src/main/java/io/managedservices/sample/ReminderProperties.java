// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the email that reminds of a poll. Immutable.
 *
 * @param before How long before the end of the poll it is sent.
 * @param from Who sends it.
 * @param to Who receives it.
 */
@ConfigurationProperties("polls.reminder")
record ReminderProperties(@DefaultValue("1d") Duration before, @DefaultValue("polls@example.org") String from,
		@DefaultValue("members@example.org") String to) {

}
