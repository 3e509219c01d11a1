# PGXS build of gb_enums. `make demo`, `make check...` and `make bench` need nothing but a Debian machine;
# everything else is as in any extension: make && sudo make install && make installcheck

scripts = check check-clients check-majors check-source check-sqlsmith lint demo bench scale deb dist
ifneq (,$(filter $(scripts),$(MAKECMDGOALS)))

# These install PGXS where it is missing, so it cannot be included yet: other goals get a make of their own.
.PHONY: $(scripts)
.NOTPARALLEL:
check:
	@test/run/check
check-clients:
	@CLIENTS=all test/run/check client
check-majors:
	@test/run/majors
check-source:
	@COMPILERS=all test/run/check source
check-sqlsmith:
	@SQLSMITH_SECONDS=$${SQLSMITH_SECONDS:-300} SQLSMITH_SEED=$${SQLSMITH_SEED:-$$(date +%s)} test/run/check sqlsmith
lint:
	@test/run/check lint
demo:
	@demo/run
bench:
	@bench/run
scale:
	@bench/scale/run
deb:
	@test/run/deb
# The archive for PGXN, of what is committed.
dist: archive = gb_enums-$$(sed -n 's/^  "version": "\(.*\)",/\1/p' META.json)
dist:
	@mkdir -p build
	git archive --format=zip --prefix=$(archive)/ --output=build/$(archive).zip HEAD
$(filter-out $(scripts),$(MAKECMDGOALS)):
	$(MAKE) $@

else

EXTENSION = gb_enums
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(EXTENSION).control)

MODULE_big = $(EXTENSION)
OBJS = $(patsubst %.cpp,%.o,$(sort $(wildcard src/*/*.cpp src/*/*/*.cpp)))
UPGRADES = $(patsubst src/sql/upgrade/%,$(EXTENSION)--%,$(wildcard src/sql/upgrade/*.sql))
DATA_built = $(EXTENSION)--$(EXTVERSION).sql $(UPGRADES)
# Bound to itself when it is linked, which loading it in each new connection would have to do otherwise.
SHLIB_LINK = -lstdc++ -lfmt -Wl,-Bsymbolic
EXTRA_CLEAN = $(EXTENSION)--*.sql $(OBJS:.o=.d) build

PG_CXXFLAGS = -std=c++17 -Wall -Wextra -Werror -Wno-register -Wno-unused-parameter -Wno-missing-field-initializers -MMD -MP
PG_CPPFLAGS = -I$(srcdir)/src

# installcheck: a test is there because its file is.
REGRESS := $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS = --encoding=UTF8 --no-locale
ISOLATION := $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation
PROVE_TESTS := $(sort $(wildcard test/t/*.pl))
# Perl needs IPC::Run for these.
TAP_TESTS := $(if $(PROVE_TESTS),$(shell perl -MIPC::Run -e 'print 1' 2>/dev/null))

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(or $(PGXS),$(error $(PG_CONFIG) does not run: install the server's headers (Debian: postgresql-server-dev-all)))

ifeq ($(TAP_TESTS),)
installcheck: without_tap
.PHONY: without_tap
without_tap:
	@echo 'Not run are the tests of test/t, which need Perl with IPC::Run (Debian: libipc-run-perl).'
endif

# PGXS makes bitcode, from which the server's JIT compiler inlines our functions, without PG_CXXFLAGS.
BITCODE_CXXFLAGS += -std=c++17 -Wno-register

# In this order, since what stands later uses what stands before.
SQL_PARTS = $(addprefix src/sql/,$(addsuffix .sql,guard \
	type/engine type/codes manage/objects manage/follow manage/search_path manage/check manage/own_enumerations manage/package manage/source \
	type/enumerations manage/restore \
	$(addprefix convert/suggest/,columns names values enums suggest) \
	$(addprefix tables/,lists owner waits lock_attempts privileges properties record) \
	$(addprefix partition/,registry ids runs failures privileges new_table create sets plan maintain backfill detach care status) \
	$(addprefix convert/,steps columns read obstacles values) \
	$(addprefix convert/objects/,common indexes statistics policies triggers publications) \
	$(addprefix convert/,tables views queries check_queries plan back) \
	tables/online \
	$(addprefix partition/online/,obstacles exchange follow registry begin steps run plan merge) \
	$(addprefix convert/online/,columns exchange steps left_over registry rows ready run) \
	$(addprefix convert/schema/,columns plan run) \
	$(addprefix uninstall/,uses plan) \
	$(addprefix operations/,counted tables indexes maintenance findings statements plan advice)))
$(EXTENSION)--$(EXTVERSION).sql: $(SQL_PARTS) $(EXTENSION).control
	cat $(SQL_PARTS) > $@
# From one version to the next: src/sql/upgrade/FROM--TO.sql, and the enumerations as they are now.
$(EXTENSION)--%.sql: src/sql/guard.sql src/sql/upgrade/%.sql src/sql/type/enumerations.sql
	cat $^ > $@

# What each source includes, as the compiler saw it the last time; an object without such a list is made again.
# Bitcode is made again when the object is.
-include $(OBJS:.o=.d)
$(filter-out $(patsubst %.d,%.o,$(wildcard $(OBJS:.o=.d))),$(OBJS)): without_list
.PHONY: without_list
without_list:
$(OBJS:.o=.bc): %.bc: %.o

# For those who change the source. What clang-tidy found nothing in is looked at again when it changes, or what it includes.
# It sees the code as a server with assertions does, which refuses more.
.PHONY: format tidy
format:
	test/lint/format --fix
TIDIED = $(OBJS:%.o=build/lint/%.tidy)
tidy: $(TIDIED)
build/lint/%.tidy: %.cpp .clang-tidy
	@mkdir -p $(@D)
	clang-tidy-19 --quiet $< -- $(PG_CXXFLAGS) $(CPPFLAGS) -DUSE_ASSERT_CHECKING
	@$(CXX) -std=c++17 $(CPPFLAGS) -MM -MP -MT $@ -MF $(@:.tidy=.d) $<
	@touch $@
-include $(TIDIED:.tidy=.d)

endif
