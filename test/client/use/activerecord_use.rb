require 'active_record'
require 'active_record/connection_adapters/postgresql_adapter'
require 'stringio'
require_relative 'tap'

ActiveRecord::Base.establish_connection(
  adapter: 'postgresql', host: ENV['PGHOST'], username: ENV['PGUSER'], database: ENV['PGDATABASE'])

def schema_rb
  dump = StringIO.new
  ActiveRecord::SchemaDumper.dump(ActiveRecord.version >= Gem::Version.new('7.2') ? ActiveRecord::Base.connection_pool : ActiveRecord::Base.connection, dump)
  dump.string
end

check('ActiveRecord: schema.rb leaves the table out', schema_rb[/^# Could not dump table "tasks".*$/],
      '# Could not dump table "tasks" because of following StandardError')
ActiveRecord::Base.connection_pool.disconnect!
# The types that the first dump has found.
ActiveRecord::ConnectionAdapters::PostgreSQLAdapter.instance_variable_set(:@native_database_types, nil)

# In an initializer. Without it schema.rb leaves the whole table out; the other way is
# config.active_record.schema_format = :sql
module GbEnums
  TYPES = %w[task_status task_priority].freeze

  def initialize_type_map(map = type_map)
    super
    TYPES.each do |name|
      map.register_type(name, ActiveRecord::ConnectionAdapters::PostgreSQL::OID::SpecializedString.new(name.to_sym))
    end
  end
end
adapter = ActiveRecord::ConnectionAdapters::PostgreSQLAdapter
adapter.prepend GbEnums
GbEnums::TYPES.each { |name| adapter::NATIVE_DATABASE_TYPES[name.to_sym] = { name: name } }

class Task < ActiveRecord::Base
  enum status: { pending: 'pending', running: 'running', failed: 'failed' }, _prefix: true
end

check('ActiveRecord: where', Task.where(status: %w[running failed]).order(:id).pluck(:id, :status), [[1, 'running'], [3, 'failed']])
check('ActiveRecord: a scope of enum', Task.status_running.map(&:id), [1])
check('ActiveRecord: a default of the database', Task.create!.reload.status, 'pending')
check('ActiveRecord: schema.rb has the table', schema_rb[/^.*"status".*$/], '    t.task_status "status", default: "pending", null: false')
finish
