// Nothing but what the tests' precompiled header belongs to: see CMakeLists.txt.
