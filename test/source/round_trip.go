// The source in Go: every text is read, as a text, by a driver and in JSON.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"example/enums"
)

func require(condition bool, what ...any) {
	if !condition {
		fmt.Println(what...)
		os.Exit(1)
	}
}

func fromHex(text string) string {
	bytes, err := hex.DecodeString(text)
	require(err == nil, err)
	return string(bytes)
}

func main() {
	content, err := os.ReadFile(os.Getenv("PLACE") + "/texts")
	require(err == nil, err)
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	require(len(lines) > 20)
	for _, line := range lines {
		fields := strings.Split(line, "\t")
		text, name := fromHex(fields[1]), fromHex(fields[2])
		var value, again, fromCode enums.Class
		require(value.Scan([]byte(text)) == nil && value.String() == name, line)
		require(fmt.Sprint(int16(value)) == fields[0], line)
		shown, err := value.Value()
		require(err == nil && shown == name, line)
		document, err := json.Marshal(map[string]enums.Class{"value": value})
		require(err == nil, err)
		var read map[string]enums.Class
		require(json.Unmarshal(document, &read) == nil && read["value"] == value, line)
		require(again.UnmarshalText([]byte(text)) == nil && again == value, line)
		require(fromCode.Scan(int64(value)) == nil && fromCode == value, line)
	}
	var value enums.Class
	require(value.Scan("nothing") != nil && value.Scan(int64(65536)) != nil && value.Scan(nil) != nil)
	require(enums.Class(99).String() == "99")
	_, err = enums.Class(99).Value()
	require(err != nil)
	require(enums.TaskStatusWaitingApproval == 4 && enums.MessageRoleUser == 1)
}
