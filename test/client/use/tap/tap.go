// Package tap prints the results of checks as TAP.
package tap

import (
	"fmt"
	"reflect"
)

var tests int

// Failures is how many checks have failed.
var Failures int

// Check compares what a program got with what it should have got.
func Check(name string, got, wanted interface{}) {
	tests++
	if reflect.DeepEqual(got, wanted) {
		fmt.Printf("ok %d - %s\n", tests, name)
	} else {
		Failures++
		fmt.Printf("not ok %d - %s\n# got: %v\n", tests, name, got)
	}
}
