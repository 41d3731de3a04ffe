// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.text;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link Credentials}.
 */
class CredentialsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					jdbc:postgresql://db:5432/polls?user=joe&password=s3cr3t&ssl=true | jdbc:postgresql://db:5432/polls?user=joe&password=******&ssl=true
					jdbc:postgresql://joe:s3cr3t@db:5432/polls                        | jdbc:postgresql://joe:******@db:5432/polls
					jdbc:mysql://joe:s3@cr3t@db/polls                                 | jdbc:mysql://joe:******@db/polls
					jdbc:mysql://(host=db,user=joe,password=s3cr3t)/polls             | jdbc:mysql://(host=db,user=joe,password=******
					jdbc:sqlserver://db;user=joe;password={s3;cr3t};encrypt=true      | jdbc:sqlserver://db;user=joe;password=******;encrypt=true
					jdbc:oracle:thin:joe/s3cr3t@//db:1521/polls                       | jdbc:oracle:thin:joe/******@//db:1521/polls
					amqp://joe:s3cr3t@mq:5672/vhost is closed                         | amqp://joe:******@mq:5672/vhost is closed
					amqps://joe:1234@mq                                               | amqps://joe:******@mq
					redis://:s3cr3t@cache:6379                                        | redis://:******@cache:6379
					mongodb://joe:s3cr3t@a:27017,b:27017/polls                        | mongodb://joe:******@a:27017,b:27017/polls
					GET https://s3cr3t@api.example.org/x failed                       | GET https://******@api.example.org/x failed
					GET https://api.example.org/x?access_token=s3cr3t&page=2 failed   | GET https://api.example.org/x?access_token=******&page=2 failed
					PASSWORD=s3cr3t                                                   | PASSWORD=******
					spring.datasource.password: s3cr3t                                | spring.datasource.password: ******
					{user=joe, password=s3,cr3t}                                      | {user=joe, password=******}
					{"password":"s3 cr3t","user":"joe"}                               | {"password":******,"user":"joe"}
					client_secret = s3cr3t, scope=all                                 | client_secret = ******, scope=all
					apiKey=s3cr3t                                                     | apiKey=******
					Authorization: Bearer s3cr3t                                      | Authorization: ******
					sent Bearer abcdefghijklmnop-s3cr3t to it                         | sent Bearer ****** to it
					token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqb2UifQ.s3cr3t expired      | token ****** expired
					AccountName=a;AccountKey=s3cr3t==;x=y                             | AccountName=a;AccountKey=******;x=y
					""")
	void maskWhenThereIsASecretHidesIt(String text, String masked) {
		assertThat(Credentials.mask(text)).isEqualTo(masked);
		assertThat(Credentials.mask(masked)).isEqualTo(masked);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Connection refused", "http://localhost:8080/polls?mail=joe@example.org",
			"jdbc:h2:mem:polls", "FATAL: password authentication failed for user \"joe\"", "Unexpected token: }",
			"Basic authentication is required", "service 'a' is stopped: start it", "2026-11-29T10:00:00Z",
			"org.postgresql.util.PSQLException: Connection to db:5432 refused", "the secret is out", "joe@example.org",
			"ssh://git@host/repository" })
	void maskWhenThereIsNoneChangesNothing(String text) {
		assertThat(Credentials.mask(text)).isEqualTo(text);
	}

	@Test
	@Timeout(120)
	void maskWhenTheTextIsLongTakesLinearTime() {
		for (String part : new String[] { "a", "password=", "://a:", "@", "https://", "jdbc:oracle:a:", "eyJ",
				"token=a,", "token=\"", "bearer ", ",a", "password=,b", "'", "{" }) {
			String text = part.repeat(100_000 / part.length());
			assertThatNoException().isThrownBy(() -> Credentials.mask(text));
			assertThatNoException().isThrownBy(() -> Credentials.mask("password=" + text));
		}
	}

}
