import java.util.List;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.EnumType;
import javax.persistence.Enumerated;
import javax.persistence.GeneratedValue;
import javax.persistence.GenerationType;
import javax.persistence.Id;
import javax.persistence.Table;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Proxy;
import org.hibernate.cfg.Configuration;

/** Run with the URL. */
class HibernateUse {
    enum Status { pending, ready, running, failed }

    @Entity
    @Table(name = "tasks")
    @Proxy(lazy = false)
    static class Task {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Integer id;

        // A String. @Enumerated(EnumType.STRING) reads by getObject, which is a PGobject.
        @Column(columnDefinition = "task_status", nullable = false)
        String status = "pending";

        @Column(columnDefinition = "task_priority")
        String priority;
    }

    @Entity
    @Table(name = "tasks")
    @Proxy(lazy = false)
    static class EnumeratedTask {
        @Id
        Integer id;

        @Enumerated(EnumType.STRING)
        Status status;
    }

    static SessionFactory connected(String url, Class<?> entity) {
        return new Configuration()
            .addAnnotatedClass(entity)
            .setProperty("hibernate.connection.url", url)
            .setProperty("hibernate.connection.driver_class", "org.postgresql.Driver")
            .setProperty("hibernate.dialect", "org.hibernate.dialect.PostgreSQLDialect")
            .setProperty("hibernate.hbm2ddl.auto", entity == Task.class ? "validate" : "")
            .buildSessionFactory();
    }

    public static void main(String[] arguments) {
        // Its validation of the schema has passed when this returns.
        Session session = connected(arguments[0], Task.class).openSession();
        List<?> found = session.createQuery("SELECT id FROM HibernateUse$Task WHERE status = :status")
            .setParameter("status", "running").list();
        Tap.check("Hibernate: a name", found, List.of(1));
        Task task = (Task) session.get(Task.class, 1);
        Tap.check("Hibernate: what is read", task.status + " " + task.priority, "running high");

        session.beginTransaction();
        task.status = "ready";
        Task made = new Task();
        session.save(made);
        session.getTransaction().commit();
        session.clear();
        found = session.createQuery("SELECT status FROM HibernateUse$Task WHERE id IN (1, :made) ORDER BY id")
            .setParameter("made", made.id).list();
        Tap.check("Hibernate: what is written", found, List.of("ready", "pending"));

        Object got;
        try {
            got = ((EnumeratedTask) connected(arguments[0], EnumeratedTask.class).openSession().get(EnumeratedTask.class, 1)).status;
        } catch (RuntimeException error) {
            got = String.valueOf(error.getMessage()).replaceAll(".*(PGobject cannot be cast).*", "$1");
        }
        Tap.check("Hibernate: @Enumerated(EnumType.STRING)", got, "PGobject cannot be cast");
        System.exit(Tap.failures == 0 ? 0 : 1);
    }
}
