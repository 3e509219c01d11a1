<?php
// Prints the results of checks as TAP.

$tests = 0;
$failures = 0;

function check(string $name, mixed $got, mixed $wanted): void
{
    global $tests, $failures;
    $passed = $got === $wanted;
    $failures += $passed ? 0 : 1;
    printf("%sok %d - %s\n", $passed ? '' : 'not ', ++$tests, $name);
    if (!$passed) {
        printf("# got: %s\n", json_encode($got));
    }
}

function done(): void
{
    global $failures;
    exit($failures ? 1 : 0);
}
