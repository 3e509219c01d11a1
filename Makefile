# PGXS build of gb_enums. `make demo` and `make check` need nothing but a Debian machine;
# everything else is as in any extension: make && sudo make install && make installcheck

EXTENSION = gb_enums
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(EXTENSION).control)

MODULE_big = $(EXTENSION)
OBJS = $(patsubst %.cpp,%.o,$(sort $(wildcard src/*.cpp src/*/*.cpp)))
DATA_built = $(EXTENSION)--$(EXTVERSION).sql
SHLIB_LINK = -lstdc++ -lfmt
EXTRA_CLEAN = $(EXTENSION)--*.sql build

PG_CXXFLAGS = -std=c++17 -Wall -Wextra -Werror -Wno-register -Wno-unused-parameter
REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))

# Bitcode would let the server's JIT compiler inline our functions. It buys nothing measurable
# (docs/design.md, "No bitcode") and would make clang a build dependency.
override with_llvm := no

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

SQL_PARTS = src/sql/guard.sql src/sql/engine.sql src/sql/enumerations.sql \
	src/sql/partitions.sql src/sql/partition_create.sql src/sql/partition_sets.sql \
	src/sql/partition_plan.sql src/sql/partition_maintain.sql src/sql/partition_status.sql
$(EXTENSION)--$(EXTVERSION).sql: $(SQL_PARTS) $(EXTENSION).control
	cat $(SQL_PARTS) > $@

$(OBJS): $(wildcard src/*.hpp src/*/*.hpp)
