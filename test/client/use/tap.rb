# Prints the results of checks as TAP.

$tests = 0
$failures = 0

def check(name, got, wanted)
  passed = got == wanted
  $failures += 1 unless passed
  puts "#{passed ? '' : 'not '}ok #{$tests += 1} - #{name}"
  puts "# got: #{got.inspect}" unless passed
end

def finish
  exit $failures.zero?
end
