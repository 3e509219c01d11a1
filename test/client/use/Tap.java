/** Prints the results of checks as TAP. */
class Tap {
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
}
