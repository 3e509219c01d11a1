// The source in Java: every text is read.

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.List;

public class RoundTrip {
    static String fromHex(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    public static void main(String[] arguments) throws Exception {
        List<String> lines = Files.readAllLines(Paths.get(System.getenv("PLACE"), "texts"));
        require(lines.size() > 20, "texts");
        for (String line : lines) {
            String[] fields = line.split("\t");
            String text = fromHex(fields[1]);
            GbEnums.Class value = GbEnums.Class.of(text);
            require(value.code() == Integer.parseInt(fields[0]), text);
            require(value.text().equals(fromHex(fields[2])) && value.toString().equals(value.text()), text);
            require(GbEnums.Class.ofCode(value.code()) == value, text);
        }
        try {
            GbEnums.Class.of("nothing");
            throw new AssertionError("not refused");
        } catch (IllegalArgumentException expected) {
            require(GbEnums.TaskStatus.WAITING_APPROVAL.code() == 4, "task_status");
        }
        require(GbEnums.Class.class.getField("IN_PROGRESS_2").isAnnotationPresent(Deprecated.class), "deprecated");
    }
}
