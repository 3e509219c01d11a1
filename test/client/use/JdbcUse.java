import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Arrays;

/** Run with the URL. */
class JdbcUse {
    public static void main(String[] arguments) throws Exception {
        Connection connection = DriverManager.getConnection(arguments[0]);

        // Enough for INSERT, UPDATE, comparisons, IN, COALESCE and CASE.
        PreparedStatement query = connection.prepareStatement("SELECT status FROM tasks WHERE status = ?");
        query.setString(1, "running");
        ResultSet rows = query.executeQuery();
        rows.next();
        String status = rows.getString("status");    // not getObject: that is a PGobject

        Tap.check("JDBC: a name", status, "running");
        Tap.check("JDBC: getObject", rows.getObject("status").getClass().getSimpleName(), "PGobject");

        // Arrays: as text[] in results, as an array of the type in parameters.
        query = connection.prepareStatement("SELECT history::text[] FROM tasks WHERE status = ANY (?) AND history @> ?");
        query.setArray(1, connection.createArrayOf("task_status", new Object[] {"running", "ready"}));
        query.setArray(2, connection.createArrayOf("task_status", new Object[] {"pending"}));
        rows = query.executeQuery();
        rows.next();
        String[] history = (String[]) rows.getArray("history").getArray();

        Tap.check("JDBC: arrays", Arrays.asList(history), Arrays.asList("pending", "running"));
        query = connection.prepareStatement("SELECT count(*) FROM tasks WHERE status < ? AND COALESCE(status, ?) = status"
            + " AND CASE WHEN id > 0 THEN status ELSE ? END <> ?");
        query.setString(1, "failed");
        query.setString(2, "pending");
        query.setString(3, "pending");
        query.setString(4, "ready");
        rows = query.executeQuery();
        rows.next();
        Tap.check("JDBC: <, COALESCE, CASE", rows.getInt(1), 1);
        PreparedStatement insert = connection.prepareStatement("INSERT INTO tasks (status) VALUES (?)");
        insert.setString(1, "paused");
        Tap.check("JDBC: a name is written", insert.executeUpdate(), 1);
        // From the fifth execution on the driver uses a prepared statement of the server.
        for (int i = 0; i < 10; i++) {
            insert.executeUpdate();
        }
        Tap.check("JDBC: ten times", connection.createStatement().executeUpdate("DELETE FROM tasks WHERE status = 'paused'"), 11);
        System.exit(Tap.failures == 0 ? 0 : 1);
    }
}
