import MIMFormats

/// How files are written whole or not at all.
public typealias AtomicFile = MIMFormats.AtomicFile
/// Keeps a file to one writer.
public typealias FileLock = MIMFormats.FileLock
/// What can be wrong with a file.
public typealias FileError = MIMFormats.FileError
/// Reads a file at any position.
public typealias FileReader = MIMFormats.FileReader
/// A zip archive.
public typealias ZipArchive = MIMFormats.ZipArchive
