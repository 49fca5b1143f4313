"""What PyInstaller must leave of llama-cpp-python: its libraries come by inglenook.spec."""

excludedimports = ["llama_cpp.server"]
