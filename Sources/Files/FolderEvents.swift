#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Waits until something happens in a folder, or until a while has passed.
///
/// On Linux the kernel says when a file was closed, moved or removed (inotify). It does not hear of what other machines do to a network
/// file system, and other systems have no inotify: there, and where the kernel refuses, the wait just takes its time. So callers look at
/// the folder after every wait.
public final class FolderEvents {
    private let events: Int32
    /// A descriptor that ends every wait once it can be read, such as a pipe that a signal writes to.
    private let interruption: Int32

    /// Watches a folder.
    ///
    /// - Parameter interruption: A descriptor that ends waits when it becomes readable; nothing is read from it. -1 for none.
    public init(of folder: String, interruption: Int32 = -1) {
        self.interruption = interruption
        #if os(Linux)
            var descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            let mask =
                UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)
                | UInt32(IN_ONLYDIR)
            if descriptor >= 0, inotify_add_watch(descriptor, folder, mask) < 0 {
                close(descriptor)
                descriptor = -1
            }
            events = descriptor
        #else
            events = -1
        #endif
    }

    deinit { if events >= 0 { close(events) } }

    /// Whether the kernel tells of changes.
    public var isNotified: Bool { events >= 0 }

    /// Returns after `seconds`, or earlier when something happened or the interruption came.
    public func wait(seconds: Double) {
        var descriptors = [events, interruption].filter { $0 >= 0 }
            .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let milliseconds = Int32(clamping: Int((max(0, min(seconds, 86_400)) * 1000).rounded(.up)))
        _ = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
        guard events >= 0 else { return }
        // What happened is found by looking; here it is only taken off the queue.
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(events, &buffer, buffer.count) > 0 {}
    }
}
