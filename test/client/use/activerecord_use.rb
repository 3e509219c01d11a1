require 'active_record'
require 'active_record/connection_adapters/postgresql_adapter'
require 'stringio'
require_relative 'tap'

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

  def native_database_types
    super.merge(TYPES.to_h { |name| [name.to_sym, { name: name }] })
  end
end
ActiveRecord::ConnectionAdapters::PostgreSQLAdapter.prepend GbEnums

ActiveRecord::Base.establish_connection(
  adapter: 'postgresql', host: ENV['PGHOST'], username: ENV['PGUSER'], database: ENV['PGDATABASE'])

class Task < ActiveRecord::Base
  enum status: { pending: 'pending', running: 'running', failed: 'failed' }, _prefix: true
end

check('ActiveRecord: where', Task.where(status: %w[running failed]).order(:id).pluck(:id, :status), [[1, 'running'], [3, 'failed']])
check('ActiveRecord: a scope of enum', Task.status_running.map(&:id), [1])
check('ActiveRecord: a default of the database', Task.create!.reload.status, 'pending')
dump = StringIO.new
ActiveRecord::SchemaDumper.dump(ActiveRecord::Base.connection, dump)
check('ActiveRecord: schema.rb has the table', dump.string[/^.*"status".*$/], '    t.task_status "status", default: "pending", null: false')
finish
