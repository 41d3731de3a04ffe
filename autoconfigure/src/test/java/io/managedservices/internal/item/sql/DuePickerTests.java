// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DuePicker}: how rows are picked on which database.
 */
class DuePickerTests {

	private final List<String> statements = new ArrayList<>();

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POSTGRESQL")
	void pickWhenItIsAnotherDatabaseFetchesSoMany(ItemDatabase database) throws Exception {
		pick(database);
		assertThat(this.statements).singleElement()
			.asString()
			.doesNotContain("skip locked", "update")
			.endsWith(" limit 15");
	}

	@Test
	void pickWhenDatabaseIsUnknownFetches() throws Exception {
		pick(null);
		assertThat(this.statements).singleElement().asString().doesNotContain("skip locked", "update", "limit");
	}

	@Test
	void pickWhenItIsPostgresTakesOneStatement() throws Exception {
		pick(ItemDatabase.POSTGRESQL);
		assertThat(this.statements).singleElement().asString().contains("update", "skip locked", "returning *");
	}

	private void pick(@Nullable ItemDatabase database) throws Exception {
		DuePicker picker = new DuePicker(dataSource(), "items", "here", database, new StatementRetry(() -> {
		}));
		assertThat(picker.pick("item:polls", Instant.EPOCH, 5)).isEmpty();
	}

	private DataSource dataSource() throws Exception {
		PreparedStatement statement = Mockito.mock(PreparedStatement.class);
		Mockito.when(statement.executeQuery()).thenReturn(Mockito.mock(ResultSet.class));
		Connection connection = Mockito.mock(Connection.class);
		Mockito.when(connection.prepareStatement(Mockito.anyString())).thenAnswer((call) -> {
			this.statements.add(call.<String>getArgument(0).toLowerCase(Locale.ROOT));
			return statement;
		});
		Mockito.when(statement.getConnection()).thenReturn(connection);
		DataSource dataSource = Mockito.mock(DataSource.class);
		Mockito.when(dataSource.getConnection()).thenReturn(connection);
		return dataSource;
	}

}
