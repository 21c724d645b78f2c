// Nothing but what the precompiled header belongs to: see CMakeLists.txt.
