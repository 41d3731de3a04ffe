// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.jdbc.AutodetectJdbcCustomization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DuePicker}: how rows are picked on which database.
 */
class DuePickerTests {

	private final List<String> statements = new ArrayList<>();

	@ParameterizedTest
	@CsvSource({ "PostgreSQL, 18, for update skip locked", "MySQL, 8, for update skip locked",
			"Microsoft SQL Server, 16, with (readpast" })
	void pickWhenDatabaseCanLocksAndFetches(String product, int version, String expected) throws Exception {
		pick(product, version);
		assertThat(this.statements).hasSize(1).first().asString().contains(expected);
	}

	@ParameterizedTest
	@CsvSource({ "H2, 2", "MySQL, 5", "Oracle, 23" })
	void pickWhenDatabaseCannotFetches(String product, int version) throws Exception {
		pick(product, version);
		assertThat(this.statements).hasSize(1).first().asString().doesNotContain("skip locked", "readpast", "update");
	}

	@Test
	void pickWhenItIsPostgresTakesOneStatement() throws Exception {
		pick("PostgreSQL", 18);
		assertThat(this.statements).singleElement().asString().contains("update", "skip locked", "returning *");
	}

	private void pick(String product, int version) throws Exception {
		DataSource dataSource = dataSource(product, version);
		DuePicker picker = new DuePicker(dataSource, "items", "here", new AutodetectJdbcCustomization(dataSource, true),
				product.equals("PostgreSQL"), new StatementRetry((task) -> {
				}));
		this.statements.clear();
		assertThat(picker.pick("item:polls", Instant.EPOCH, 5)).isEmpty();
	}

	private DataSource dataSource(String product, int version) throws Exception {
		DatabaseMetaData metaData = Mockito.mock(DatabaseMetaData.class);
		Mockito.when(metaData.getDatabaseProductName()).thenReturn(product);
		Mockito.when(metaData.getDatabaseMajorVersion()).thenReturn(version);
		Mockito.when(metaData.getDatabaseProductVersion()).thenReturn(version + ".0");
		PreparedStatement statement = Mockito.mock(PreparedStatement.class);
		Mockito.when(statement.executeQuery()).thenReturn(Mockito.mock(ResultSet.class));
		Connection connection = Mockito.mock(Connection.class);
		Mockito.when(connection.getMetaData()).thenReturn(metaData);
		Mockito.when(connection.prepareStatement(Mockito.anyString())).thenAnswer((call) -> {
			this.statements.add(call.<String>getArgument(0).toLowerCase(Locale.ROOT));
			return statement;
		});
		DataSource dataSource = Mockito.mock(DataSource.class);
		Mockito.when(dataSource.getConnection()).thenReturn(connection);
		return dataSource;
	}

}
