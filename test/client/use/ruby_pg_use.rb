require 'pg'
require_relative 'tap'

connection = PG.connect

rows = connection.exec_params('SELECT id, status FROM tasks WHERE status = $1', ['running']).to_a

check('Ruby pg: a name', rows, [{ 'id' => '1', 'status' => 'running' }])

rows = connection.exec('SELECT history FROM tasks WHERE id = 1').to_a
check('Ruby pg: an array of a type that is not registered is one string', rows, [{ 'history' => '{pending,running}' }])

# Arrays as arrays.
types = PG::BasicTypeMapForResults.new(connection)
connection.exec('SELECT array_oid FROM gb_enum_types').column_values(0).each do |oid|
  types.add_coder(PG::TextDecoder::Array.new(oid: oid.to_i, elements_type: PG::TextDecoder::String.new))
end
connection.type_map_for_results = types

rows = connection.exec('SELECT history FROM tasks WHERE id = 1').to_a
check('Ruby pg: an array', rows, [{ 'history' => %w[pending running] }])
finish
