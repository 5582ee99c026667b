package io.plateau.service.jobs;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * db-scheduler's SQL for both databases: workers pick tasks by {@code FOR UPDATE SKIP LOCKED},
 * never more than they have free hands, and times keep their offset.
 */
final class SchedulerSql extends DefaultJdbcCustomization {
  SchedulerSql() {
    super(false);
  }

  @Override
  public String getName() {
    return "Plateau";
  }

  @Override
  public boolean supportsGenericLockAndFetch() {
    return true;
  }

  @Override
  public String createGenericSelectForUpdateQuery(
      String tableName, int limit, String requiredAndCondition, boolean orderByPriority) {
    return "SELECT * FROM "
        + tableName
        + " WHERE picked = ? AND execution_time <= ? "
        + requiredAndCondition
        + (orderByPriority
            ? " ORDER BY priority DESC, execution_time ASC"
            : " ORDER BY execution_time ASC")
        + " LIMIT "
        + limit
        + " FOR UPDATE SKIP LOCKED";
  }

  @Override
  public void setInstant(PreparedStatement statement, int index, Instant value)
      throws SQLException {
    statement.setObject(index, value == null ? null : value.atOffset(ZoneOffset.UTC));
  }

  @Override
  public Instant getInstant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
