import CHDF5
import CHDF5Reader
import Files
import Synchronization

/// Writes a new HDF5 file, which appears whole at ``commit()`` or not at all.
///
/// Files whose axes are named by ``scale(_:_:attributes:)`` open in xarray as they are.
///
///     let file = try HDF5Writer(creating: "attention.nc")
///     try file.scale("epoch", [1, 2, 3])
///     try file.scale("position", count: 20)
///     let maps = try file.dataset("attention", type: .float32, shape: [3, 20], dimensions: ["epoch", "position"])
///     for (row, map) in epochs.enumerated() { try maps.write(map, row: row) }
///     try file.commit()
///
/// Paths are made of components separated by `/`. A component that comes from a user goes through
/// ``HDF5Path/escape(_:)`` first; missing groups are made.
public final class HDF5Writer: Sendable {
    /// Nil for a file in memory.
    private let destination: AtomicFile?
    /// The library's identifier of the file; nil when committed or discarded.
    private let file: Mutex<hid_t?>
    /// Datasets that were written to, by path: kept open, since opening one by its path takes as long as writing a row.
    private let datasets = Mutex<[String: hid_t]>([:])
    /// The scales made so far, by path.
    let scales = Mutex<[String: AxisScale]>([:])
    /// Groups that are there.
    let groups = Mutex<Set<String>>(["/"])

    /// Numbers files in memory.
    private static let images = Atomic<Int>(0)

    /// Prepares the file beside its destination.
    ///
    /// - Throws: `FileError` if the folder cannot be written, or ``HDF5Error``.
    public init(creating path: String) throws {
        let destination = try AtomicFile(replacing: path)
        let id = Self.create(destination.temporaryPath) { access in
            // The format of 1.8: attributes of any size, and all of today's readers know it.
            H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110)
            chdf5_no_locking(access)
        }
        guard id >= 0 else { throw FileError.cannotWrite(path: path, reason: "HDF5 cannot create it") }
        self.path = path
        self.destination = destination
        self.file = Mutex(id)
    }

    /// Prepares a file in memory, whose bytes ``image()`` gives; `name` is for messages. It has the oldest format (attributes up to
    /// 64 kB), as h5py's have: an image in the newer ones bears a checksum that libhdf5 1.10 does not bring up to date.
    ///
    /// - Throws: `FileError` if HDF5 has not the memory.
    package init(inMemory name: String) throws {
        // The name is that of no file, since the core driver writes nothing without a backing store; but libhdf5 takes two of the same name
        // for one.
        let number = Self.images.wrappingAdd(1, ordering: .relaxed).oldValue
        let id = Self.create("fovea-image-\(number).h5") { H5Pset_fapl_core($0, 1 << 20, false) }
        guard id >= 0 else { throw FileError.cannotWrite(path: name, reason: "HDF5 cannot prepare it in memory") }
        path = name
        destination = nil
        file = Mutex(id)
    }

    private static func create(_ path: String, _ configure: (hid_t) -> Void) -> hid_t {
        HDF5Library.exclusively { () -> hid_t in
            guard let access = Handle(H5Pcreate(chdf5_file_access()), close: H5Pclose),
                let creation = Handle.undated(chdf5_file_create())
            else { return -1 }
            // Whatever might still be open inside goes with the file.
            H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG)
            configure(access.id)
            return H5Fcreate(path, chdf5_truncate(), creation.id, access.id)
        }
    }

    deinit { discard() }

    /// Where the file will be, or the name of one in memory.
    public let path: String

    /// The bytes that the file would have on the disk.
    ///
    /// - Throws: ``HDF5Error``.
    package func image() throws(HDF5Error) -> [UInt8] {
        var bytes: [UInt8] = []
        try withFile("its bytes") { (file) throws(HDF5Error) in
            try writeScaleUses(in: file)
            guard H5Fflush(file, H5F_SCOPE_LOCAL) >= 0 else { throw failure("its bytes") }
            let count = H5Fget_file_image(file, nil, 0)
            guard count > 0 else { throw failure("its bytes") }
            bytes = [UInt8](repeating: 0, count: count)
            let got = bytes.withUnsafeMutableBytes { H5Fget_file_image(file, $0.baseAddress, $0.count) }
            guard got == count else { throw failure("its bytes") }
        }
        return bytes
    }

    /// Closes the file and puts it in its place.
    ///
    /// - Throws: `FileError` or ``HDF5Error``; the old file is then as it was.
    public func commit() throws {
        try file.withLock { file in
            guard let id = file else { throw finished("") }
            file = nil
            try HDF5Library.exclusively {
                closeDatasets()
                var error: HDF5Error?
                do throws(HDF5Error) { try writeScaleUses(in: id) } catch let failed { error = failed }
                let isFlushed = H5Fflush(id, H5F_SCOPE_LOCAL) >= 0
                if !isFlushed, error == nil { error = failure("its last part") }
                let isClosed = H5Fclose(id) >= 0
                if let error { throw error }
                if !isClosed { throw failure("its last part") }
            }
        }
        try destination?.commit()
    }

    /// Gives the file up; nothing happens after ``commit()``.
    public func discard() {
        file.withLock { file in
            if let id = file {
                HDF5Library.exclusively {
                    closeDatasets()
                    _ = H5Fclose(id)
                }
            }
            file = nil
        }
        destination?.discard()
    }

    /// Runs `body` with the open file as the only user of the library.
    func withFile(_ object: String, _ body: (hid_t) throws(HDF5Error) -> Void) throws(HDF5Error) {
        let failure = file.withLock { file -> HDF5Error? in
            guard let id = file else { return finished(object) }
            do throws(HDF5Error) {
                try HDF5Library.exclusively { () throws(HDF5Error) in try body(id) }
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    /// The identifier of a dataset, owned by the writer; only where the library is ours.
    func openDataset(_ path: String, in file: hid_t) throws(HDF5Error) -> hid_t {
        if let known = datasets.withLock({ $0[path] }) { return known }
        let id = H5Dopen2(file, path, chdf5_default())
        guard id >= 0 else { throw failure(path) }
        datasets.withLock { $0[path] = id }
        return id
    }

    /// Keeps a dataset just made open for the writing that follows; only where the library is ours.
    func keepOpen(_ dataset: hid_t, _ path: String) { datasets.withLock { $0[path] = dataset } }

    private func closeDatasets() {
        datasets.withLock { open in
            for id in open.values { H5Dclose(id) }
            open = [:]
        }
    }

    /// The error for a call of the library that just failed; only where the library is ours.
    func failure(_ object: String) -> HDF5Error {
        let number = hdf5_recorded_errno()
        return failure(object, number == 0 ? "HDF5 refuses it" : Files.reason(for: number))
    }

    /// The error for what the caller asked.
    func failure(_ object: String, _ reason: String) -> HDF5Error {
        .cannotWrite(file: path, object: object, reason: reason)
    }

    private func finished(_ object: String) -> HDF5Error {
        .cannotWrite(file: path, object: object, reason: "the file was already committed or discarded")
    }
}
