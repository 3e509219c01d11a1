"""Prints the results of checks as TAP."""

tests = 0
failures = 0


def check(name, got, wanted):
    global tests, failures
    tests += 1
    passed = got == wanted
    failures += not passed
    print(f"{'' if passed else 'not '}ok {tests} - {name}")
    if not passed:
        print(f"# got: {got!r}")


def done():
    raise SystemExit(failures != 0)
