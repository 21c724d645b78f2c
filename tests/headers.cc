// An empty source, to which the precompiled header belongs: see CMakeLists.txt.
