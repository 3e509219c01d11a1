// The source in Kotlin: every text is read.

import java.io.File

fun fromHex(hex: String): String =
    String(hex.chunked(2).map { it.toInt(16).toByte() }.toByteArray(), Charsets.UTF_8)

fun main() {
    val lines = File(System.getenv("PLACE"), "texts").readLines()
    check(lines.size > 20)
    for (line in lines) {
        val (code, text, name) = line.split("\t")
        val value = Class.of(fromHex(text))
        check(value.code.toInt() == code.toInt() && value.text == fromHex(name) && "$value" == value.text) { line }
        check(Class.ofCode(code.toInt()) == value) { line }
    }
    try {
        Class.of("nothing")
        error("not refused")
    } catch (expected: IllegalArgumentException) {
        check(TaskStatus.WAITING_APPROVAL.code.toInt() == 4)
    }
}
