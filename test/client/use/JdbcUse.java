import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Arrays;

/** Run as: java -cp postgresql.jar JdbcUse.java URL */
class JdbcUse {
    static int tests = 0;
    static int failures = 0;

    static void check(String name, Object got, Object wanted) {
        boolean passed = got.equals(wanted);
        failures += passed ? 0 : 1;
        System.out.printf("%sok %d - %s%n", passed ? "" : "not ", ++tests, name);
        if (!passed) {
            System.out.printf("# got: %s%n", got);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Connection connection = DriverManager.getConnection(arguments[0]);

        // Enough for INSERT, UPDATE, =, <>, IN. For <, COALESCE and CASE add stringtype=unspecified to the URL.
        PreparedStatement query = connection.prepareStatement("SELECT status FROM tasks WHERE status = ?");
        query.setString(1, "running");
        ResultSet rows = query.executeQuery();
        rows.next();
        String status = rows.getString("status");    // not getObject: that is a PGobject

        check("JDBC: a name", status, "running");
        check("JDBC: getObject", rows.getObject("status").getClass().getSimpleName(), "PGobject");

        // Arrays: as text[] in results, as an array of the type in parameters.
        query = connection.prepareStatement("SELECT history::text[] FROM tasks WHERE status = ANY (?) AND history @> ?");
        query.setArray(1, connection.createArrayOf("task_status", new Object[] {"running", "ready"}));
        query.setArray(2, connection.createArrayOf("task_status", new Object[] {"pending"}));
        rows = query.executeQuery();
        rows.next();
        String[] history = (String[]) rows.getArray("history").getArray();

        check("JDBC: arrays", Arrays.asList(history), Arrays.asList("pending", "running"));
        PreparedStatement insert = connection.prepareStatement("INSERT INTO tasks (status) VALUES (?)");
        insert.setString(1, "paused");
        check("JDBC: a name is written", insert.executeUpdate(), 1);
        // From the fifth execution on the driver uses a prepared statement of the server.
        for (int i = 0; i < 10; i++) {
            insert.executeUpdate();
        }
        check("JDBC: ten times", connection.createStatement().executeUpdate("DELETE FROM tasks WHERE status = 'paused'"), 11);
        System.exit(failures == 0 ? 0 : 1);
    }
}
