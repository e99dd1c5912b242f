import TestSupport

/// What `scripts/setup test` installs from PyPI.
enum PythonPackages {
    static let folder = ProjectFolder.path + "/.robbieblocks/python/test"
    static let environment = ["PYTHONPATH": folder, "HOME": "/nonexistent"]
}
