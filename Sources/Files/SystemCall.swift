#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the system says of an error number, and what to do about the usual ones.
package func reason(for number: Int32) -> String {
    switch number {
    case ENOSPC: "the disk is full; make room or choose another folder"
    case EDQUOT: "your disk quota is used up; make room or choose another folder"
    case EACCES, EPERM: "permission denied; check the permissions of the file and its folder"
    case EROFS: "the file system is read-only; choose another folder"
    case ENOENT: "the folder does not exist; create it first"
    case ENOTDIR: "a part of the path is a file, not a folder"
    case EISDIR: "a folder of this name is in the way"
    case EMFILE, ENFILE: "too many files are open"
    case EIO: "the disk reports an input/output error"
    case ENAMETOOLONG: "the name is too long"
    case EFBIG: "the file would be larger than the system allows"
    default: strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}

/// Repeats a system call that a signal interrupted.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    var result = call()
    while result == -1 && errno == EINTR { result = call() }
    return result
}
