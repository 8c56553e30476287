import CHDF5
import CHDF5Reader
import Synchronization

/// The one lock around libhdf5 in this process.
///
/// Held for every call of the library, which has global state, and while the nursery of readers is forked: a child
/// forked while another thread is inside the library would inherit its locks, held by nobody.
package enum HDF5Library {
    private static let lock = Mutex(false)

    /// Runs `body` as the only user of libhdf5.
    package static func exclusively<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let outcome = lock.withLock { hasStarted -> Swift.Result<Result, Failure> in
            if !hasStarted {
                chdf5_start()
                hasStarted = true
            }
            hdf5_watch_errors()
            do throws(Failure) {
                return .success(try body())
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Runs `body` while no thread is inside libhdf5, without touching the library itself.
    static func whileIdle<Result>(_ body: () -> Result) -> Result {
        lock.withLock { _ in body() }
    }
}
